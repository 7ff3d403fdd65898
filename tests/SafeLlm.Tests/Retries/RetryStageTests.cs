using System.Net;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Retries;

public sealed class RetryStageTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(529)]
    [InlineData(408)]
    public async Task Send_FailureThatPasses_IsTriedAgain(int status)
    {
        var world = new World();
        world.Provider.Then(Answers.Error(status, "overloaded"));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, world.Provider.Requests.Count);
    }

    [Theory]
    [InlineData(400, "invalid_request_error")]
    [InlineData(401, "invalid_api_key")]
    [InlineData(404, "model_not_found")]
    [InlineData(429, "insufficient_quota")]
    public async Task Send_FailureThatStays_IsNotTriedAgain(int status, string code)
    {
        var world = new World();
        world.Provider.Then(Answers.Error(status, code));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Single(world.Provider.Requests);
    }

    [Fact]
    public async Task Send_FailingAlways_GivesTheLastFailureAfterThreeAttempts()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Otherwise = _ => Answers.Error(503, "overloaded");

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(3, world.Provider.Requests.Count);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_RetryAfter_WaitsAsLongAsTold()
    {
        var world = new World();
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded", ("retry-after", "20")));
        var start = world.Time.GetUtcNow();

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(world.Time.GetUtcNow() - start, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(25));
    }

    [Fact]
    public async Task Send_RetryAfterAboveTheCap_ThrowsWithTheTime()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded", ("retry-after", "4000")));

        var limited = await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Equal(TimeSpan.FromSeconds(4000), limited.RetryAfter);
        Assert.Contains("01:06:40", limited.Message, StringComparison.Ordinal);
        Assert.Equal(0, await world.OpenHoldsAsync());
        Assert.Equal(0, (await world.StateAsync()).Spent);
    }

    [Fact]
    public async Task Send_RetryAfterBeyondTheCallsTime_ThrowsAtOnce()
    {
        var world = new World();
        world.Options.Timeout = TimeSpan.FromSeconds(10);
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded", ("retry-after", "30")));

        var limited = await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Equal(TimeSpan.FromSeconds(30), limited.RetryAfter);
    }

    [Theory]
    [InlineData("7200", "")]
    [InlineData(null, " Please try again in 2h0m0s.")]
    public async Task Send_QuotaOfTheDayAboveTheCap_ThrowsWithTheTimeAndIsNotTriedAgain(string? retryAfter, string sentence)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Daily(retryAfter, sentence));

        var limited = await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Equal(TimeSpan.FromHours(2), limited.RetryAfter);
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromHours(2), limited.Refusal!.RoomAt);
        Assert.Contains("RetryAfterCap", limited.Message, StringComparison.Ordinal);
        Assert.Single(world.Provider.Requests);
        Assert.Equal((0, 0), ((await world.StateAsync()).Spent, await world.OpenHoldsAsync()));
    }

    [Theory]
    [InlineData("2")]
    [InlineData(null)]
    public async Task Send_QuotaOfTheDayWithAShortTimeOrNone_ReachesTheCaller(string? retryAfter)
    {
        var world = new World();
        world.Provider.Then(Daily(retryAfter, ""));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Single(world.Provider.Requests);
    }

    private static HttpResponseMessage Daily(string? retryAfter, string sentence) => Answers.Json(
        HttpStatusCode.TooManyRequests,
        $$$"""{"error":{"message":"Limit 200 on requests per day (RPD).{{{sentence}}}","type":"requests","code":"rate_limit_exceeded"}}""",
        retryAfter is null ? [] : [("retry-after", retryAfter)]);

    [Fact]
    public async Task Send_SecondAttempt_IsFreshlySignedWithHeadersReplaced()
    {
        var world = new World();
        world.Options.SigningKey = SigningKey.HmacFromBase64("k1", World.Secret);
        world.Options.Endpoint = new Uri("https://gateway.example.com/v1");
        world.Provider.Then(Answers.Error(503, "overloaded"));
        var request = World.Request(World.Body(), "https://gateway.example.com/v1/chat/completions");

        using var response = await world.SendWhileTimePassesAsync(request, Step);

        var (first, second) = (world.Provider.Requests[0].Headers, world.Provider.Requests[1].Headers);
        foreach (var name in (string[])["Signature", "Signature-Input", "Content-Digest"])
        {
            Assert.Single(first[name]);
            Assert.Single(second[name]);
        }

        Assert.NotEqual(first["Signature"], second["Signature"]);
        Assert.NotEqual(first["Signature-Input"], second["Signature-Input"]);
        Assert.Equal(first["Content-Digest"], second["Content-Digest"]);
    }

    [Fact]
    public async Task Send_AfterAnAttemptThatSurelyWasNotBilled_InheritsItsHold()
    {
        var requests = Limit.Requests(1).PerDay();
        var world = new World().With(requests);
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded"));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(1, (await world.StateAsync()).Spent);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_AfterAnAttemptThatMayHaveBeenBilled_IsNotSentWhereOneBillFits()
    {
        // Attempt 1 times out after its bytes left, and the limit has room for one bill.
        var world = new World().With(Limit.Dollars(0.001m).PerDay());
        world.Options.AttemptTimeout = TimeSpan.FromSeconds(5);
        world.Provider.Then(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });

        var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => world.SendWhileTimePassesAsync(World.Request(World.Body(bound: 500)), Step));

        Assert.Single(world.Provider.Requests);
        Assert.Contains("Attempt 2 was not sent", refused.Message, StringComparison.Ordinal);
        Assert.IsType<TimeoutException>(refused.InnerException?.InnerException);
        var state = await world.StateAsync();
        Assert.NotEqual(0, state.Spent);
        Assert.Equal(0, state.Held);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_AfterAnAttemptThatMayHaveBeenBilled_TakesAHoldOfItsOwn()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(new HttpRequestException(HttpRequestError.ResponseEnded, "gone"));
        world.Provider.Then(Answers.Whole("Hi", 12, 7));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        var spent = (await world.StateAsync()).Spent;
        var second = SafeLlm.Pricing.Quoter.Cost(World.Price, new SafeLlm.Formats.BillableUsage(12, 0, 0, 7)).Value;
        Assert.True(spent > second, "The first attempt was not charged.");
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_SecondBillOverTheCallsOwnBudget_IsNotSent()
    {
        var world = new World();
        world.Options.MaxDollarsPerCall = 0.001m;
        world.Provider.Then(new HttpRequestException(HttpRequestError.ResponseEnded, "gone"));

        await Assert.ThrowsAsync<BudgetExceededException>(() => world.SendWhileTimePassesAsync(World.Request(World.Body(bound: 500)), Step));

        Assert.Single(world.Provider.Requests);
    }

    [Fact]
    public async Task Send_ConnectionRefused_IsTriedAgain()
    {
        var world = new World();
        world.Provider.Then(new HttpRequestException(HttpRequestError.ConnectionError, "refused"));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body()), Step);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Send_RefusalOfOurOwn_IsNotTriedAgain()
    {
        var world = new World().With(Limit.Requests(0).PerMinute());

        await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.DoesNotContain(world.Log.GetSnapshot(), record => record.Id.Id == 1200);
    }

    [Fact]
    public async Task Send_CancelledWhileWaiting_StopsAtOnce()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Error(429, "rate_limit_exceeded", ("retry-after", "30")));
        using var leave = new CancellationTokenSource();

        var sending = world.Http.SendAsync(World.Request(World.Body()), leave.Token);
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Single(world.Provider.Requests);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_TimeUsedUp_IsATimeOutAsHttpClientHasIt()
    {
        var world = new World();
        world.Provider.Then(async (_, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        });

        var stopped = await Assert.ThrowsAsync<TaskCanceledException>(() => world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromMinutes(1)));

        Assert.IsType<TimeoutException>(stopped.InnerException);
        Assert.Single(world.Provider.Requests);
    }
}
