using System.Net;
using System.Text.Json;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Chat;

public sealed class SafeLlmClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_Whole_BringsTextUsageCostAndQuote()
    {
        var world = new World();
        world.Provider.Then(Answers.Whole("Hello!", 100, 50));

        var answer = await world.Client().GetResponseAsync(World.Model, "Say hello.", maxOutputTokens: 200, Cancel);

        Assert.Equal("Hello!", answer.Text);
        Assert.Equal(50, answer.Usage.OutputTokens);
        Assert.Equal(100, answer.Usage.InputTokens);
        Assert.True(answer.Usage.IsReported);
        Assert.StartsWith("$0.000", answer.Cost.ToString(), StringComparison.Ordinal);
        Assert.True(answer.Cost <= answer.Quote.Upper || answer.Usage.InputTokens > answer.Quote.Input.Upper);
        Assert.Equal((1, 200L, BoundChange.None, "stop"), (answer.Attempts, answer.OutputBound, answer.BoundChange, answer.FinishReason));
    }

    [Fact]
    public async Task GetResponse_Request_IsWrittenAsOpenAiChat()
    {
        var world = new World();

        await world.Client().GetResponseAsync(new ChatRequest
        {
            Model = World.Model,
            Messages = [PromptMessage.System("Be brief."), PromptMessage.User("\"Hé\"\n")],
            MaxOutputTokens = 30,
            Temperature = 0.5,
            Stop = ["END"],
        }, Cancel);

        var received = world.Provider.Requests.Single();
        using var json = JsonDocument.Parse(received.Body);
        var root = json.RootElement;
        Assert.Equal("https://api.openai.com/v1/chat/completions", received.Uri.AbsoluteUri);
        Assert.Equal(["application/json"], received.Headers["Content-Type"]);
        Assert.Equal("system", root.GetProperty("messages")[0].GetProperty("role").GetString());
        Assert.Equal("\"Hé\"\n", root.GetProperty("messages")[1].GetProperty("content").GetString());
        Assert.Equal(30, root.GetProperty("max_completion_tokens").GetInt32());
        Assert.Equal(0.5, root.GetProperty("temperature").GetDouble());
        Assert.Equal("END", root.GetProperty("stop")[0].GetString());
    }

    [Theory]
    [InlineData("gpt-4.1-mini", "max_completion_tokens")]
    [InlineData("o3", "max_completion_tokens")]
    [InlineData("openai/gpt-5", "max_completion_tokens")]
    [InlineData("ft:o4-mini-2025-04-16:acme::a", "max_completion_tokens")]
    [InlineData("mistral-large-latest", "max_tokens")]
    [InlineData("openai/gpt-oss-120b", "max_tokens")]
    [InlineData("olmo", "max_tokens")]
    public void Write_Bound_HasTheNameThatTheModelTakes(string model, string member)
    {
        var request = new ChatRequest { Model = model, Messages = [PromptMessage.User("Hi")], MaxOutputTokens = 5 };
        var body = SafeLlm.Chat.ChatRequestWriter.Write(new SafeLlm.Pipeline.AdmissionRequest(request) { HasBound = true });

        using var json = JsonDocument.Parse(body);
        Assert.Equal(5, json.RootElement.GetProperty(member).GetInt32());
    }

    [Theory]
    [InlineData("https://r.openai.azure.com/openai/v1", "prod-mini", "max_completion_tokens")]
    [InlineData("https://r.openai.azure.com/openai/v1", "unknown-to-the-catalog", "max_completion_tokens")]
    [InlineData("https://r.openai.azure.us/openai/v1", "prod-mini", "max_completion_tokens")]
    [InlineData("https://r.cognitiveservices.azure.com/openai/v1", "prod-mini", "max_completion_tokens")]
    [InlineData("https://eu.api.openai.com/v1", "prod-mini", "max_completion_tokens")]
    [InlineData("https://api.mistral.ai/v1", "gpt-like", "max_tokens")]
    [InlineData("https://notapi.openai.com/v1", "unknown-to-the-catalog", "max_tokens")]
    [InlineData("https://gateway.example/v1", "prod-mini", "max_completion_tokens")]
    [InlineData("https://gateway.example/v1", "gpt-house", "max_tokens")]
    public void Write_BoundOfAnAlias_HasTheNameThatTheServiceOrItsModelTakes(string endpoint, string model, string member)
    {
        var catalog = ModelCatalog.Embedded.With(aliases: new Dictionary<string, string> { ["prod-mini"] = "gpt-5-mini", ["gpt-house"] = "mistral-large-latest" });

        var body = SafeLlm.Chat.ChatDialect.For(null, new Uri(endpoint), catalog).Write(new ChatRequest { Model = model, Messages = [PromptMessage.User("Hi")], MaxOutputTokens = 5 }, stream: false);

        using var json = JsonDocument.Parse(body);
        Assert.Equal(5, json.RootElement.GetProperty(member).GetInt32());
    }

    [Fact]
    public async Task GetResponse_OfAnAliasedDeployment_IsBoundedAsItsModelTakesIt()
    {
        var world = new World();
        world.Options.Endpoint = new Uri("https://gateway.example/v1");
        world.Options.AllowUnsigned = true;
        world.Options.Aliases["prod-mini"] = "gpt-5-mini";

        await world.Client().GetResponseAsync("prod-mini", "Say hello.", 2_000, Cancel);

        Assert.Contains("\"max_completion_tokens\":2000", world.Provider.Requests.Single().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_AboveTheMost_SaysThatItWasClamped()
    {
        var world = new World();
        world.Options.MaxOutputTokens = 50;

        var answer = await world.Client().GetResponseAsync(World.Model, "Say hello.", maxOutputTokens: 9_000, Cancel);

        Assert.Equal((50L, BoundChange.Clamped), (answer.OutputBound, answer.BoundChange));
    }

    [Fact]
    public async Task GetStreaming_Pieces_EndWithUsageAndCost()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel"), Answers.Delta("lo"), Answers.Stop, Answers.Usage(100, 50), Answers.Done));
        var updates = new List<ChatUpdate>();

        await foreach (var update in world.Client().GetStreamingResponseAsync(World.Model, "Say hello.", 200, Cancel)) updates.Add(update);

        Assert.Equal("Hello", string.Concat(updates.Select(update => update.Text)));
        Assert.All(updates[..^1], update => Assert.False(update.IsLast));
        Assert.Equal(50, updates[^1].Usage!.OutputTokens);
        Assert.Equal("stop", updates[^1].FinishReason);
        Assert.Equal((await world.StateAsync()).Spent, updates[^1].Cost!.Value.Value);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task GetStreaming_LeftEarly_ClosesItsHold()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel"), Answers.Delta("lo"), Answers.Stop, Answers.Usage(100, 50), Answers.Done));

        await foreach (var update in world.Client().GetStreamingResponseAsync(World.Model, "Say hello.", 200, Cancel)) break;

        Assert.Equal(0, await world.OpenHoldsAsync());
        Assert.NotEqual(0, (await world.StateAsync()).Spent);
    }

    [Fact]
    public async Task GetStreaming_CutBeforeItsEnd_SaysSo()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel")));

        await Assert.ThrowsAsync<ResponseFormatException>(async () =>
        {
            await foreach (var update in world.Client().GetStreamingResponseAsync(World.Model, "Say hello.", 200, Cancel))
            {
                Assert.False(update.IsLast);
            }
        });

        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Theory]
    [InlineData("<html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"choices\":[{\"message\":\"no object\"}]}")]
    [InlineData("{\"choices\":7}")]
    [InlineData("{\"choices\":[7]}")]
    [InlineData("")]
    public async Task GetResponse_MalformedAnswer_ThrowsAndIsCharged(string body)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Json(HttpStatusCode.OK, body));

        await Assert.ThrowsAsync<ResponseFormatException>(() => world.Client().GetResponseAsync(World.Model, "Say hello.", 200, Cancel));

        Assert.Equal(0, await world.OpenHoldsAsync());
        Assert.NotEqual(0, (await world.StateAsync()).Spent);
    }

    [Fact]
    public async Task Quote_Call_SendsAndHoldsNothing()
    {
        var world = new World().With(Limit.Requests(0).PerMinute());

        var quote = await world.Client().QuoteAsync(World.Model, "Say hello.", 200, Cancel);

        Assert.InRange(quote.Output.Upper, 200, 201); // one more is what a provider was seen to give
        Assert.Equal(SafeLlm.Tokens.EstimateMethod.Counted, quote.Method);
        Assert.Empty(world.Provider.Requests);
    }

    [Theory]
    [InlineData(402, "budget_exceeded", typeof(BudgetExceededException))]
    [InlineData(401, "signature_invalid", typeof(RequestRejectedException))]
    [InlineData(401, "signature_replayed", typeof(RequestRejectedException))]
    [InlineData(400, "prompt_rejected", typeof(RequestRejectedException))]
    public async Task GetResponse_GatewaysRefusal_IsTheSameExceptionAfterOneAttempt(int status, string code, Type expected)
    {
        var world = new World();
        var refusal = Answers.Json((HttpStatusCode)status, $$"""{"type":"about:blank","title":"No","status":{{status}},"code":"{{code}}","detail":"Told by the gateway.","resets_at":"2026-11-24T00:00:00Z","largest_output_bound":17}""");
        refusal.Content.Headers.ContentType = new("application/problem+json");
        world.Provider.Then(refusal);

        var exception = await Assert.ThrowsAnyAsync<SafeLlmException>(() => world.Client().GetResponseAsync(World.Model, "Say hello.", 200, Cancel));

        Assert.IsType(expected, exception);
        Assert.Equal("Told by the gateway.", exception.Message);
        Assert.Equal(code, exception.Refusal!.Code.Name());
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero), exception.Refusal.RoomAt);
        Assert.Equal(17, exception.Refusal.LargestOutputBound);
        Assert.Single(world.Provider.Requests);
    }

    [Fact]
    public async Task GetResponse_ProvidersError_StaysATransportErrorWithoutItsText()
    {
        var world = new World();
        world.Provider.Then(Answers.Json(HttpStatusCode.Unauthorized, """{"error":{"message":"Incorrect API key provided: sk-abc123","type":"invalid_request_error","code":"invalid_api_key"}}"""));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => world.Client().GetResponseAsync(World.Model, "Say hello.", 200, Cancel));

        Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        Assert.Contains("invalid_api_key", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk-abc123", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetResponse_QuotaOfTheProviderUsedUp_IsRateLimited()
    {
        var world = new World();
        world.Provider.Then(Answers.Error(429, "insufficient_quota"));

        var limited = await Assert.ThrowsAsync<RateLimitedException>(() => world.Client().GetResponseAsync(World.Model, "Say hello.", 200, Cancel));

        Assert.Null(limited.RetryAfter);
        Assert.Contains("insufficient_quota", limited.Message, StringComparison.Ordinal);
        Assert.Single(world.Provider.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public async Task GetResponse_BoundBelowOne_Throws(int bound)
    {
        var world = new World();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => world.Client().GetResponseAsync(World.Model, "Say hello.", bound, Cancel));
    }

    [Theory]
    [InlineData("https://api.openai.com/v1")]
    [InlineData("https://api.openai.com/v1/")]
    public async Task GetResponse_EndpointWithOrWithoutSlash_ReachesTheSameAddress(string endpoint)
    {
        var world = new World();
        world.Options.Endpoint = new Uri(endpoint);

        await world.Client().GetResponseAsync(World.Model, "Say hello.", 200, Cancel);

        Assert.Equal("https://api.openai.com/v1/chat/completions", world.Provider.Requests.Single().Uri.AbsoluteUri);
    }
}
