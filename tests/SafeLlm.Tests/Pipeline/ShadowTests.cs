using System.Net;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Pipeline;

/// <summary>Shadow mode counts and reports, and lets pass what came as it came.</summary>
public sealed class ShadowTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_OverABudget_PassesIsCountedAndReported()
    {
        var world = Shadow().With(Limit.Dollars(0.000_001m).PerDay());
        world.Provider.Otherwise = _ => Answers.Whole("Hi", 100, 50);

        for (var i = 0; i < 3; i++) using (await SendAsync(world, World.Body())) { }

        Assert.Equal(3, world.Provider.Requests.Count);
        Assert.Equal(3 * SafeLlm.Pricing.Quoter.Cost(World.Price, new SafeLlm.Formats.BillableUsage(100, 0, 0, 50)).Value, (await world.StateAsync()).Spent);
        Assert.Equal(0, await world.OpenHoldsAsync());
        Assert.Contains("in shadow mode it passes; else it would have been refused (BudgetExceeded)", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_Unbounded_PassesUnchanged()
    {
        var world = Shadow().With(Limit.Dollars(100).PerDay());
        var body = World.Body(bound: null);

        using var response = await SendAsync(world, body);

        Assert.Equal(body, world.Provider.Requests.Single().Body);
        Assert.Contains("passes without an output bound", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_AnswerFarAboveItsBound_PassesWhole()
    {
        var world = Shadow();
        var text = string.Concat(Enumerable.Repeat("All of it. ", 2_000));
        world.Provider.Then(Answers.Sse(Answers.Delta(text), Answers.Stop, Answers.Done));
        world.Provider.Then(Answers.Json(HttpStatusCode.OK, $$"""{"text":"{{text}}"}"""));
        world.Options.AllowUnsigned = true;
        world.Options.Models.Add(new SafeLlm.Pricing.ModelPrice("seed", 1, 1));

        using var streamed = await SendAsync(world, World.Body(bound: 5, stream: true));
        using var generated = await world.Http.SendAsync(World.Request("""{"model":"seed","prompt":"Hi","max_tokens":5}""", "https://models.example.com/generate"), Cancel);

        Assert.Contains(text, await streamed.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Contains(text, await generated.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_AboveTheMost_PassesUnchanged()
    {
        var world = Shadow();
        world.Options.MaxOutputTokens = 10;
        var body = World.Body(bound: 500);

        using var response = await SendAsync(world, body);

        Assert.Equal(body, world.Provider.Requests.Single().Body);
        Assert.Contains("would have been lowered to 10", world.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model":"nobody-knows-this","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}""", "UnknownModel")]
    [InlineData("""{"model":"gpt-4.1-mini","max_tokens":5,"messages":[{"role":"user","content":"   "}]}""", "PromptRejected")]
    [InlineData("""{"model":"gpt-4.1-mini","model":"gpt-4.1","messages":[]}""", "JsonDuplicateKey")]
    public async Task Send_WhatWouldBeRejected_PassesAndIsReported(string body, string code)
    {
        var world = Shadow();

        using var response = await SendAsync(world, body);

        Assert.Equal(body, world.Provider.Requests.Single().Body);
        Assert.Contains($"({code})", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_UnknownRoute_PassesAndIsReported()
    {
        var world = Shadow();

        using var response = await world.Http.SendAsync(World.Request("{}", "https://api.openai.com/v1/something/new"), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("UnknownRoute", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_ScopeUsedUp_PassesAndIsCounted()
    {
        var world = Shadow();
        using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Calls = 1, Dollars = 0 });

        using var one = await SendAsync(world, World.Body());
        using var two = await SendAsync(world, World.Body());

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.True(run.Spent.Cost.Value > 0);
    }

    [Fact]
    public async Task Send_SignaturesStayOn()
    {
        var world = Shadow();
        world.Options.SigningKey = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");

        using var response = await world.Http.SendAsync(World.Request(World.Body(), "https://gateway.example.com/v1/chat/completions"), Cancel);
        await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body(), "https://elsewhere.example.com/v1/chat/completions"), Cancel));

        Assert.True(world.Provider.Requests.Single().Headers.ContainsKey("Signature"));
    }

    [Fact]
    public async Task Send_StoreThatIsDown_PassesUncountedAndIsToldOnce()
    {
        var world = Shadow(new World { Store = new BrokenLedger() }).With(Limit.Dollars(1).PerDay());

        using var response = await SendAsync(world, World.Body());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("The store is down.", Assert.Single(world.Log.GetSnapshot(), record => record.Id.Id == 1003).Exception!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_StoreThatFailsAtTheHold_PassesUncounted()
    {
        var limit = Limit.Dollars(1).PerDay();
        var ledger = new InMemoryLedger(TimeProvider.System);
        var world = Shadow(new World { Store = new BrokenLedger(ledger) { FailingHolds = 1 } }).With(limit);

        using var response = await SendAsync(world, World.Body());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("(StoreUnavailable)", world.LogText, StringComparison.Ordinal);
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
        Assert.Equal(0, (await ledger.ReadAsync([limit], Cancel))[0].Spent);
    }

    [Fact]
    public async Task Send_StoreThatFailsBetweenAttempts_TriesAgainUnderTheSameHold()
    {
        var limit = Limit.Dollars(1).PerDay();
        var ledger = new InMemoryLedger(TimeProvider.System);
        var world = Shadow(new World { Store = new BrokenLedger(ledger) { FailingExtends = 1 } }).With(limit);
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded"));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
        Assert.NotEqual(0, (await ledger.ReadAsync([limit], Cancel))[0].Spent);
    }

    [Fact]
    public async Task Send_BodyAboveTheMost_PassesUnreadAndIsReported()
    {
        var world = Shadow();
        world.Options.MaxRequestBytes = 2_000;
        var body = World.Body(prompt: new string('a', 3_000));
        var (start, end) = (body[..1_500], body[1_500..]);

        using var told = await SendAsync(world, body);
        using var streamed = await SendAsync(world, new StreamContent(new PiecewiseStream(start, end)));
        using var written = await SendAsync(world, new WritingContent(start, end));
        using var small = await SendAsync(world, new WritingContent(start[..10], start[10..20]));

        Assert.Equal([body, body, body, body[..20]], world.Provider.Requests.Select(request => request.Body));
        Assert.Equal(3, world.Log.GetSnapshot().Count(record => record.Message.Contains("(BodyTooLarge)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Send_BodyAboveTheMostThatHasToBeSigned_IsRefused()
    {
        var world = Shadow();
        world.Options.MaxRequestBytes = 2_000;
        world.Options.SigningKey = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body(prompt: new string('a', 3_000)), "https://gateway.example.com/v1/chat/completions"), Cancel));

        Assert.Equal(RefusalCode.BodyTooLarge, refused.Refusal!.Code);
        Assert.Empty(world.Provider.Requests);
    }

    [Fact]
    public async Task Content_ThatNobodySends_IsNotWrittenOn()
    {
        var original = new WritingContent("12345", "67890");
        using var content = new SafeLlm.Pipeline.FlowingContent(original, most: 7);
        await Assert.ThrowsAsync<RequestRejectedException>(async () => await content.TakeAsync(Cancel));
        Assert.False(original.Ended.IsCompleted);

        content.LetGo();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => original.Ended);
        await Assert.ThrowsAnyAsync<Exception>(() => content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Send_NoRoomWhereCallsWait_PassesAtOnce()
    {
        var world = Shadow().With(Limit.Requests(1).PerMinute());
        world.Options.MaxWait = TimeSpan.FromMinutes(5);
        using var first = await SendAsync(world, World.Body());

        var second = SendAsync(world, World.Body());

        Assert.True(second.IsCompletedSuccessfully);
        (await second).Dispose();
    }

    [Fact]
    public async Task Send_ProviderThatTellsThatNothingIsLeft_PassesAtOnce()
    {
        var world = Shadow();
        world.Provider.Then(Answers.Json(HttpStatusCode.OK, Answers.WholeBody("Hi", 1, 1), ("x-ratelimit-limit-requests", "1"), ("x-ratelimit-remaining-requests", "0"), ("x-ratelimit-reset-requests", "30s")));
        using var first = await SendAsync(world, World.Body());

        var second = SendAsync(world, World.Body());

        Assert.True(second.IsCompletedSuccessfully);
        (await second).Dispose();
    }

    [Fact]
    public async Task Send_WhatIsNotUnderstoodAndFails_IsSentOnce()
    {
        var world = Shadow();
        world.Provider.Then(new HttpRequestException(HttpRequestError.ResponseEnded, "gone"));
        world.Provider.Then(Answers.Error(503, "overloaded"));
        world.Provider.Then(Answers.Error(503, "overloaded"));

        await Assert.ThrowsAsync<HttpRequestException>(() => world.SendWhileTimePassesAsync(World.Request("{}", "https://api.openai.com/v1/images/generations"), Step));
        using var unknown = await world.SendWhileTimePassesAsync(World.Request("{}", "https://api.openai.com/v1/images/generations"), Step);
        using var unread = await world.SendWhileTimePassesAsync(World.Request("{"), Step);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (unknown.StatusCode, unread.StatusCode));
        Assert.Equal(3, world.Provider.Requests.Count);
    }

    [Fact]
    public async Task Send_RouteThatSpendsNothingAndFails_IsTriedAgain()
    {
        var world = Shadow();
        world.Provider.Then(Answers.Error(503, "overloaded"));

        using var response = await world.SendWhileTimePassesAsync(new HttpRequestMessage(HttpMethod.Get, "https://api.openai.com/v1/models"), Step);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, world.Provider.Requests.Count);
    }

    private static World Shadow(World world)
    {
        world.Options.Shadow = true;
        return world;
    }

    private static World Shadow() => Shadow(new World());

    private static Task<HttpResponseMessage> SendAsync(World world, HttpContent content) => world.Http.SendAsync(new HttpRequestMessage(HttpMethod.Post, World.Chat) { Content = content }, Cancel);

    private static Task<HttpResponseMessage> SendAsync(World world, string body) => world.Http.SendAsync(World.Request(body), Cancel);

    /// <summary>Content that tells no length and is written without waiting.</summary>
    private sealed class WritingContent(params string[] pieces) : HttpContent
    {
        private readonly TaskCompletionSource ended = new();

        public Task Ended => ended.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            try
            {
                foreach (var piece in pieces) stream.Write(System.Text.Encoding.UTF8.GetBytes(piece));
                ended.SetResult();
                return Task.CompletedTask;
            }
            catch (Exception failure)
            {
                ended.SetException(failure);
                throw;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
