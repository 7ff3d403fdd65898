using System.Net;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Holds;

/// <summary>What becomes of a hold, one way a call can end after another. None stays open.</summary>
public sealed class HoldEndingsTests
{
    private static readonly Limit Daily = Limit.Dollars(1).PerDay();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WholeAnswer_SettlesWhatWasUsed()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Whole("Hello!", 12, 7));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        await SpentAsync(world, Cost(12, 7));
    }

    [Fact]
    public async Task WholeAnswerNeverRead_IsChargedWhole()
    {
        var world = new World().With(Daily);
        var held = await HeldAsync(world, Answers.Whole("Hello!", 12, 7));

        await SpentAsync(world, held);
    }

    [Fact]
    public async Task StreamReadToItsEnd_SettlesWhatWasUsed()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel"), Answers.Delta("lo"), Answers.Stop, Answers.Usage(12, 7), Answers.Done));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        Assert.Equal(1, await world.OpenHoldsAsync());
        await response.Content.ReadAsStringAsync(Cancel);

        await SpentAsync(world, Cost(12, 7));
    }

    [Fact]
    public async Task StreamDisposedHalfRead_IsChargedWhole()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(Answers.Delta("Hel"), Answers.Delta("lo"), Answers.Stop, Answers.Usage(12, 7), Answers.Done));
        long held;
        using (var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            held = (await world.StateAsync()).Held;
            using var stream = await response.Content.ReadAsStreamAsync(Cancel);
            Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));
        }

        Assert.NotEqual(0, held);
        await SpentAsync(world, held);
    }

    [Fact]
    public async Task StreamDisposedAfterDone_SettlesWhatWasUsed()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(Answers.Delta("Hi"), Answers.Stop, Answers.Usage(12, 7), Answers.Done));
        using (var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            using var stream = await response.Content.ReadAsStreamAsync(Cancel);
            using var reader = new StreamReader(stream);
            while (await reader.ReadLineAsync(Cancel) is { } line && line != "data: [DONE]")
            {
            }
        }

        await SpentAsync(world, Cost(12, 7));
    }

    [Fact]
    public async Task StreamCutByTheProvider_IsChargedWholeAndFailsAsWithoutUs()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(new PiecewiseStream(Answers.Delta("Hel")) { AtEnd = _ => throw new IOException("connection reset") }));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);

        await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (await stream.ReadAsync(new byte[4096], Cancel) > 0)
            {
            }
        });

        await SpentAsync(world, held);
    }

    [Fact]
    public async Task StreamCancelledByItsReader_IsChargedWhole()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(new PiecewiseStream(Answers.Delta("Hel")) { AtEnd = PiecewiseStream.HangAsync }));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));
        using var leave = new CancellationTokenSource();

        var reading = stream.ReadAsync(new byte[4096], leave.Token).AsTask();
        await leave.CancelAsync();

        var stopped = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
        Assert.Equal(leave.Token, stopped.CancellationToken);
        await SpentAsync(world, held);
    }

    [Fact]
    public async Task StreamThatOutlivesTheCallsTime_IsChargedWholeAndTimesOut()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(new PiecewiseStream(Answers.Delta("Hel")) { AtEnd = PiecewiseStream.HangAsync }));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;
        using var stream = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));

        var reading = stream.ReadAsync(new byte[4096], Cancel).AsTask();
        world.Time.Advance(world.Options.Timeout);

        var stopped = await Assert.ThrowsAsync<TaskCanceledException>(() => reading);
        Assert.IsType<TimeoutException>(stopped.InnerException);
        await SpentAsync(world, held);
    }

    // A process that ends disposes of nothing and settles nothing; the store that outlives it closes what it left.
    [Theory]
    [InlineData(OnMissingUsage.Worst)]
    [InlineData(OnMissingUsage.Floor)]
    [InlineData(OnMissingUsage.Drain)]
    public async Task StreamWhoseProcessEnds_IsChargedWholeWhenItsLeaseEnds(OnMissingUsage policy)
    {
        var world = new World().With(Daily);
        world.Options.OnMissingUsage = policy;
        world.Provider.Then(Answers.Sse(new PiecewiseStream(Answers.Delta("Hel")) { AtEnd = PiecewiseStream.HangAsync }));
        var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;
        var stream = await response.Content.ReadAsStreamAsync(Cancel);
        Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));

        Assert.Equal(1, await world.OpenHoldsAsync());
        world.Time.Advance(world.Options.Timeout + TimeSpan.FromMinutes(1));

        Assert.NotEqual(0, held);
        await SpentAsync(world, held);
    }

    [Fact]
    public async Task StreamWithFloorPolicy_IsChargedWhatWasSeen()
    {
        var world = new World().With(Daily);
        world.Options.OnMissingUsage = OnMissingUsage.Floor;
        world.Provider.Then(Answers.Sse(new PiecewiseStream(Answers.Delta("Hello there, friend")) { AtEnd = _ => throw new IOException("connection reset") }));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true, bound: 4_000)), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;

        await Assert.ThrowsAnyAsync<Exception>(() => response.Content.ReadAsStringAsync(Cancel));

        var spent = (await world.StateAsync()).Spent;
        Assert.InRange(spent, 1, held / 10);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task BackgroundCallUnderFloor_IsChargedWholeAndItsAnswerIsRead()
    {
        const string responses = "https://api.openai.com/v1/responses";
        var world = new World().With(Daily);
        world.Options.OnMissingUsage = OnMissingUsage.Floor;
        long held = 0;
        world.Provider.Then(async (_, _) =>
        {
            held = (await world.StateAsync()).Held;
            return Answers.Json(HttpStatusCode.OK, """{"id":"resp_1","object":"response","status":"queued","model":"gpt-4.1-mini","output":[],"usage":null}""");
        });

        using var queued = await world.Http.SendAsync(World.Request("""{"model":"gpt-4.1-mini","input":"Hi","max_output_tokens":4000,"background":true}""", responses), Cancel);
        using var answer = await world.Http.GetAsync(new Uri(responses + "/resp_1"), Cancel);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (queued.StatusCode, answer.StatusCode));
        Assert.NotEqual(0, held);
        await SpentAsync(world, held);
    }

    [Fact]
    public async Task AnswerWithoutUsage_IsChargedWhole()
    {
        var world = new World().With(Daily);
        var held = await HeldAsync(world, Answers.Json(HttpStatusCode.OK, """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}"""), read: true);

        await SpentAsync(world, held);
        Assert.Contains("usage never came", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnswerThatIsNoJson_IsChargedWhole()
    {
        var world = new World().With(Daily);
        var held = await HeldAsync(world, Answers.Json(HttpStatusCode.OK, "<html>busy"), read: true);

        await SpentAsync(world, held);
    }

    [Fact]
    public async Task CancelledWhileThePovidersAnswerIsAwaited_IsChargedWhole()
    {
        var world = new World().With(Daily);
        using var leave = new CancellationTokenSource();
        long held = 0;
        world.Provider.Then(async (_, token) =>
        {
            held = (await world.StateAsync()).Held;
            await leave.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Http.SendAsync(World.Request(World.Body()), leave.Token));

        Assert.NotEqual(0, held);
        Assert.Single(world.Provider.Requests);
        await SpentAsync(world, held);
    }

    [Fact]
    public async Task CancelledBeforeItIsSent_CostsNothing()
    {
        var world = new World().With(Daily);
        using var leave = new CancellationTokenSource();
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Http.SendAsync(World.Request(World.Body()), leave.Token));

        Assert.Empty(world.Provider.Requests);
        await SpentAsync(world, 0);
    }

    [Fact]
    public async Task NeverConnected_CostsNothingAndCountsNoRequest()
    {
        var requests = Limit.Requests(10).PerMinute();
        var world = new World().With(requests);
        world.Options.MaxAttempts = 1;
        world.Provider.Then(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        await SpentAsync(world, 0);
    }

    [Fact]
    public async Task ConnectionLostAfterSending_IsChargedWhole()
    {
        var world = new World().With(Daily);
        world.Options.MaxAttempts = 1;
        long held = 0;
        world.Provider.Then(async (_, _) =>
        {
            held = (await world.StateAsync()).Held;
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "gone");
        });

        await Assert.ThrowsAsync<HttpRequestException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        await SpentAsync(world, held);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task ErrorOfTheRequest_CostsNothingButCounts(int status)
    {
        var requests = Limit.Requests(10).PerMinute();
        var world = new World().With(Daily);
        world.Options.Limits.Add(requests);
        world.Provider.Then(Answers.Error(status, "invalid_request_error"));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains("invalid_request_error", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(1, (await world.StateAsync(requests)).Spent);
        await SpentAsync(world, 0);
    }

    [Fact]
    public async Task MoreThanTheBound_IsRecordedInFull()
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Whole("Hello!", 12, 5_000));

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: 10)), Cancel);

        await SpentAsync(world, Cost(12, 5_000));
        Assert.Contains("was overrun", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MoreThanTheBound_IsToldWhereNoLimitIsOverrun()
    {
        var world = new World();
        world.Provider.Then(Answers.Whole("Hello!", 12, 5_000));

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: 10)), Cancel);

        Assert.Contains("5000 output tokens and its bound was 10", world.LogText, StringComparison.Ordinal);
        Assert.True(Assert.Single(await world.LinesAsync()).IsOverrun);
    }

    [Fact]
    public async Task ClaudeStreamLeftUnderFloor_IsChargedWhatWasSeenAtTheCachesPrice()
    {
        var world = new World().With(Daily);
        world.Options.OnMissingUsage = OnMissingUsage.Floor;
        world.Options.Models.Add(new ModelPrice("claude-of-old", 1m, 5m) { CachedInputPerMillion = 0.1m });
        var words = string.Concat(Enumerable.Repeat("tide and moon ", 50));
        world.Provider.Then(Answers.Sse(
            """
            event: message_start
            data: {"type":"message_start","message":{"id":"m1","type":"message","role":"assistant","model":"claude-of-old","content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":1000,"cache_creation_input_tokens":0,"output_tokens":1}}}


            """,
            $$$"""
            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{words}}}"}}


            """,
            "event: ping\ndata: {}\n\n"));
        using (var response = await world.Http.SendAsync(World.Request("""{"model":"claude-of-old","max_tokens":1000,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""", "https://api.anthropic.com/v1/messages"), HttpCompletionOption.ResponseHeadersRead, Cancel))
        {
            using var stream = await response.Content.ReadAsStreamAsync(Cancel);
            for (var i = 0; i < 2; i++) Assert.NotEqual(0, await stream.ReadAsync(new byte[4096], Cancel));
        }

        var seen = SafeLlm.Tokens.TokenCounters.For("claude-of-old").Count(System.Text.Encoding.UTF8.GetBytes(words));
        Assert.InRange(seen, 100, 200);
        await SpentAsync(world, (10 * 1_000) + (1_000 * 100) + (seen * 5_000));
    }

    private static async Task<long> HeldAsync(World world, HttpResponseMessage answer, bool read = false)
    {
        world.Provider.Then(answer);
        using var response = await world.Http.SendAsync(World.Request(World.Body()), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;
        Assert.NotEqual(0, held);
        if (read) await response.Content.ReadAsStringAsync(Cancel);
        return held;
    }

    private static long Cost(long input, long output) => Quoter.Cost(World.Price, new SafeLlm.Formats.BillableUsage(input, 0, 0, output)).Value;

    private static async Task SpentAsync(World world, long spent)
    {
        var state = await world.StateAsync();
        Assert.Equal(spent, state.Spent);
        Assert.Equal(0, state.Held);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }
}
