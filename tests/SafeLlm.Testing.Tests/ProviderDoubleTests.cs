using SafeLlm.Pricing;

namespace SafeLlm.Testing.Tests;

public sealed class ProviderDoubleTests
{
    [Fact]
    public async Task Models_AreListed_WithoutABill()
    {
        await using var caller = await DoubleCaller.StartAsync();

        using var response = await caller.Http.GetAsync("models", TestContext.Current.CancellationToken);

        var list = await DoubleCaller.JsonOfAsync(response);
        Assert.Equal([DoubleCaller.Model, "gpt-3.5-turbo"], list.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()));
        Assert.Empty(caller.Provider.Billed);
    }

    [Theory]
    [InlineData("POST", "v1/nothing")]
    [InlineData("GET", "v1/chat/completions")]
    [InlineData("DELETE", "v1/models")]
    public async Task Route_ThatNoFormatSpeaks_IsAnsweredWith404(string method, string path)
    {
        await using var caller = await DoubleCaller.StartAsync();

        using var response = await caller.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), new Uri(caller.Provider.Root, path)), TestContext.Current.CancellationToken);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Contains("Invalid URL", (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_WithoutAPrice_IsAnsweredWith404AndNotBilled()
    {
        await using var caller = await DoubleCaller.StartAsync();

        using var response = await caller.SendAsync(DoubleCaller.Chat(model: "no-such-model"));

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Equal("model_not_found", (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("code").GetString());
        Assert.Empty(caller.Provider.Billed);
    }

    [Theory]
    [InlineData("authorization", "Bearer sk-right", 200)]
    [InlineData("api-key", "sk-right", 200)]
    [InlineData("x-api-key", "sk-right", 200)]
    [InlineData("authorization", "Bearer sk-wrong", 401)]
    [InlineData("x-other", "sk-right", 401)]
    public async Task ApiKey_ThatIsExpected_IsDemandedInTheProvidersWords(string header, string value, int status)
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.ApiKey = "sk-right");
        caller.Http.DefaultRequestHeaders.Add(header, value);

        using var response = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 200 ? 1 : 0, caller.Provider.Billed.Count);
        if (status == 401) Assert.Equal("invalid_api_key", (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Bill_OfACall_IsItsTokensTimesItsPriceRoundedUp()
    {
        await using var caller = await DoubleCaller.StartAsync(o =>
        {
            o.Answer = _ => "One two three";
            o.Prices.Insert(0, new ModelPrice("tiny", 0.0001m, 0.0003m));
        });

        await caller.ReadAsync(DoubleCaller.Chat("Hello", model: "tiny"));
        await caller.ReadAsync(DoubleCaller.Chat("Hello"));

        // 8 × $0.0001/M + 3 × $0.0003/M = 1.7 nano-dollars
        Assert.Equal(new Bill(1, "tiny", 8, 3, new NanoUsd(2)), caller.Provider.Billed[0]);
        Assert.Equal(new Bill(2, DoubleCaller.Model, 8, 3, new NanoUsd(8_000)), caller.Provider.Billed[1]);
        Assert.Equal(new NanoUsd(8_002), caller.Provider.BilledTotal);
    }

    [Fact]
    public async Task Request_ThatArrived_IsKeptWithHeadersAndBytes()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Http.DefaultRequestHeaders.Add("X-Marker", "m1");
        var body = DoubleCaller.Chat("  spaced \\u00e9 ");

        await caller.ReadAsync(body, "chat/completions?api-version=1");

        var request = Assert.Single(caller.Provider.Requests);
        Assert.Equal("POST", request.Method);
        Assert.Equal("/v1/chat/completions", request.Path);
        Assert.Equal("?api-version=1", request.Query);
        Assert.Equal("m1", request.Header("x-marker"));
        Assert.Null(request.Header("x-absent"));
        Assert.Equal(body, request.Text);
        Assert.Equal(DoubleCaller.Model, request.Json.GetProperty("model").GetString());
        Assert.DoesNotContain("spaced", request.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("m1", request.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Calls_AtTheSameTime_AreEachRecordedAndBilledOnce()
    {
        const int calls = 96;
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.When(request => request.Text.Contains("prompt 7\"", StringComparison.Ordinal), Fault.ServiceUnavailable());
        caller.Provider.Next(Fault.TooManyRequests().Times(10));

        var statuses = await Task.WhenAll(Enumerable.Range(0, calls).Select(async i =>
        {
            using var response = await caller.SendAsync(DoubleCaller.Chat($"prompt {i}", i % 2 == 0 ? ",\"stream\":true" : ""));
            await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }));

        Assert.Equal(calls, caller.Provider.Requests.Count);
        Assert.Equal(Enumerable.Range(1, calls), caller.Provider.Requests.Select(request => request.Number));
        Assert.Equal(10, statuses.Count(status => status == 429));
        Assert.Equal(1, statuses.Count(status => status == 503));
        Assert.Equal(calls - 11, caller.Provider.Billed.Count);
        Assert.Equal(calls - 11, caller.Provider.Billed.Select(bill => bill.Request).Distinct().Count());
        Assert.Equal(0, caller.Provider.FaultsLeft);
    }

    [Fact]
    public async Task Dispose_WhileAnAnswerIsHeldBack_CutsItAndReturns()
    {
        var gate = new Gate();
        var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.Slow(gate));
        var call = caller.SendAsync(DoubleCaller.Chat());
        await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);

        await caller.Provider.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        caller.Http.Dispose();
    }

    [Fact]
    public async Task Clear_ForgetsRequestsBillsAndFaults()
    {
        await using var caller = await DoubleCaller.StartAsync();
        await caller.ReadAsync(DoubleCaller.Chat());
        caller.Provider.Next(Fault.ServerError());

        caller.Provider.Clear();

        Assert.Empty(caller.Provider.Requests);
        Assert.Empty(caller.Provider.Billed);
        Assert.Equal(0, caller.Provider.FaultsLeft);
    }

    [Fact]
    public async Task Answer_ThatThrows_IsToldToTheCaller()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => throw new InvalidOperationException("no idea"));

        Assert.Contains("no idea", await caller.TextAsync(DoubleCaller.Chat()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_OfTheOptions_AreOnEveryAnswer()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Headers["x-ratelimit-remaining-requests"] = "4");
        caller.Provider.Next(Fault.ServerError());

        using var failed = await caller.SendAsync(DoubleCaller.Chat());
        using var good = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal("4", Assert.Single(failed.Headers.GetValues("x-ratelimit-remaining-requests")));
        Assert.Equal("4", Assert.Single(good.Headers.GetValues("x-ratelimit-remaining-requests")));
    }
}
