using System.Text.Json;
using Microsoft.Extensions.Time.Testing;

namespace SafeLlm.Testing.Tests.Faults;

public sealed class FaultTests
{
    private const string Streamed = ""","stream":true,"stream_options":{"include_usage":true}""";

    [Fact]
    public async Task TooManyRequests_WithAdvice_TellsItInBothHeaders()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.TooManyRequests(TimeSpan.FromMilliseconds(1_500), TimeSpan.FromMilliseconds(1_234)));

        using var response = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("2", Assert.Single(response.Headers.GetValues("retry-after")));
        Assert.Equal("1234", Assert.Single(response.Headers.GetValues("retry-after-ms")));
        Assert.Equal("rate_limit_exceeded", await CodeOf(response));
        Assert.Empty(caller.Provider.Billed);
    }

    [Fact]
    public async Task TooManyRequests_WithoutAdvice_SendsNoSuchHeader()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.TooManyRequests());

        using var response = await caller.SendAsync(DoubleCaller.Chat());

        Assert.False(response.Headers.Contains("retry-after"));
        Assert.False(response.Headers.Contains("retry-after-ms"));
    }

    [Fact]
    public async Task Errors_OfEachKind_HaveTheirStatusAndWordsAndNoBill()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.InsufficientQuota(), Fault.ServerError(), Fault.ServiceUnavailable(TimeSpan.FromSeconds(3)));

        using var quota = await caller.SendAsync(DoubleCaller.Chat());
        using var server = await caller.SendAsync(DoubleCaller.Chat());
        using var unavailable = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal((429, "insufficient_quota"), ((int)quota.StatusCode, await CodeOf(quota)));
        Assert.Equal((500, null), ((int)server.StatusCode, await CodeOf(server)));
        Assert.Equal((503, "service_unavailable"), ((int)unavailable.StatusCode, await CodeOf(unavailable)));
        Assert.Equal("3", Assert.Single(unavailable.Headers.GetValues("retry-after")));
        Assert.Empty(caller.Provider.Billed);
    }

    [Fact]
    public async Task Faults_Queued_FallInOrderAndThenNoMore()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.ServerError().Times(2), Fault.None).Next(Fault.ServiceUnavailable());

        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            using var response = await caller.SendAsync(DoubleCaller.Chat());
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal([500, 500, 200, 503, 200], statuses);
        Assert.Equal(2, caller.Provider.Billed.Count);
    }

    [Fact]
    public async Task When_WithACondition_FallsOnlyOnAttemptsThatMeetIt()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.When(request => request.Header("x-user") == "42", Fault.ServerError());

        using var other = await caller.SendAsync(DoubleCaller.Chat());
        caller.Http.DefaultRequestHeaders.Add("x-user", "42");
        using var hit = await caller.SendAsync(DoubleCaller.Chat());
        using var again = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal([200, 500, 200], new[] { (int)other.StatusCode, (int)hit.StatusCode, (int)again.StatusCode });
    }

    [Fact]
    public async Task Billed_OnAServerError_ChargesItInFull()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.ServerError().Billed());

        using var response = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal(500, (int)response.StatusCode);
        Assert.True(Assert.Single(caller.Provider.Billed).OutputTokens > 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Streamed)]
    public async Task Slow_BehindAGate_AnswersOnlyWhenItOpensAndIsBilledBefore(string more)
    {
        var gate = new Gate();
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.Slow(gate).Times(3));

        var calls = Enumerable.Range(0, 3).Select(_ => caller.SendAsync(DoubleCaller.Chat(more: more))).ToArray();
        await gate.ReachedAsync(3, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(calls, call => call.IsCompleted);
        Assert.Equal(3, caller.Provider.Billed.Count);
        gate.Open();
        foreach (var response in await Task.WhenAll(calls))
        {
            Assert.Equal(200, (int)response.StatusCode);
            response.Dispose();
        }
    }

    [Fact]
    public async Task Slow_ByTime_AnswersWhenTheClockOfTheDoubleSaysSo()
    {
        var time = new FakeTimeProvider();
        await using var caller = await DoubleCaller.StartAsync(o => o.Time = time);
        caller.Provider.Next(Fault.Slow(TimeSpan.FromMinutes(5)));

        var call = caller.SendAsync(DoubleCaller.Chat());
        while (!call.IsCompleted)
        {
            time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        using var response = await call;
        Assert.Equal(200, (int)response.StatusCode);
        Assert.True(time.GetUtcNow() - Assert.Single(caller.Provider.Requests).At >= TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Slow_WhoseCallerHangsUp_StaysBilledAndFreesTheServer()
    {
        var gate = new Gate();
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.Slow(gate));
        using var hangUp = new CancellationTokenSource();

        var call = caller.Http.PostAsync("chat/completions", new StringContent(DoubleCaller.Chat()), hangUp.Token);
        await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);
        await hangUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Single(caller.Provider.Billed);
        using var next = await caller.SendAsync(DoubleCaller.Chat());
        Assert.Equal(200, (int)next.StatusCode);
    }

    [Fact]
    public async Task Stall_InAStream_DeliversTheEventsBeforeIt()
    {
        var gate = new Gate();
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => "One two three");
        caller.Provider.Next(Fault.Stall(afterEvents: 2, gate));

        using var response = await caller.SendAsync(DoubleCaller.Chat(more: Streamed));
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        var second = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
        await gate.ReachedAsync(cancellationToken: TestContext.Current.CancellationToken);
        gate.Open();
        var rest = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.Contains("One", second, StringComparison.Ordinal);
        Assert.EndsWith("[DONE]\n\n", rest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Streamed)]
    public async Task Cut_BeforeAnyByte_IsATransportErrorAndBilled(string more)
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.CutBeforeAnyByte());

        await Assert.ThrowsAsync<HttpRequestException>(() => caller.SendAsync(DoubleCaller.Chat(more: more)));

        Assert.Single(caller.Provider.Billed);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(1_000, 7)]
    public async Task Cut_InAStream_DeliversExactlyTheEventsBeforeItAndIsBilledInFull(int after, int delivered)
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => "One two three");
        caller.Provider.Next(Fault.CutAfterEvents(after));

        using var response = await caller.SendAsync(DoubleCaller.Chat(more: Streamed));
        var seen = 0;
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                if (line.StartsWith("data: ", StringComparison.Ordinal)) seen++;
            }
        });

        Assert.Equal(delivered, seen);
        Assert.Equal(3, Assert.Single(caller.Provider.Billed).OutputTokens);
    }

    [Fact]
    public async Task Cut_InAWholeAnswer_BreaksItsContent()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.CutAfterEvents(1));

        using var response = await caller.SendAsync(DoubleCaller.Chat());

        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
            await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        });
        Assert.Single(caller.Provider.Billed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Streamed)]
    public async Task MissingUsage_InAGoodAnswer_IsBilledAllTheSame(string more)
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.MissingUsage());

        var text = await caller.TextAsync(DoubleCaller.Chat(more: more));

        Assert.DoesNotContain("completion_tokens", text, StringComparison.Ordinal);
        Assert.Contains("stop", text, StringComparison.Ordinal);
        Assert.Single(caller.Provider.Billed);
    }

    [Theory]
    [InlineData("")]
    [InlineData(Streamed)]
    public async Task UsageAboveBound_IsReportedAndBilled(string more)
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.UsageAboveBound(by: 7));

        var text = await caller.TextAsync(DoubleCaller.Chat(more: ",\"max_tokens\":10" + more));

        Assert.Contains("\"completion_tokens\":17", text, StringComparison.Ordinal);
        Assert.Equal(17, Assert.Single(caller.Provider.Billed).OutputTokens);
    }

    [Fact]
    public async Task MalformedJson_InAWholeAnswer_IsAProperHttpMessage()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.MalformedJson());

        var text = await caller.TextAsync(DoubleCaller.Chat());

        Assert.NotEmpty(text);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(text));
        Assert.Single(caller.Provider.Billed);
    }

    [Fact]
    public async Task MalformedJson_InAStream_ComesAfterTheWholeEvents()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.MalformedJson(afterEvents: 2));

        var data = DoubleCaller.DataOf(await caller.TextAsync(DoubleCaller.Chat(more: Streamed)));

        Assert.Equal(3, data.Length);
        using var whole = JsonDocument.Parse(data[1]);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(data[2]));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    public async Task OverloadedInStream_EndsA200StreamWithAnError(int after, int bills)
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.OverloadedInStream(after));

        using var response = await caller.SendAsync(DoubleCaller.Chat(more: Streamed));
        var data = DoubleCaller.DataOf(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(after + 1, data.Length);
        using var last = JsonDocument.Parse(data[^1]);
        Assert.Equal("server_is_overloaded", last.RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(bills, caller.Provider.Billed.Count);
    }

    [Fact]
    public async Task WrongContentType_LabelsTheRightContentWrongly()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.WrongContentType());

        using var response = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        Assert.True((await DoubleCaller.JsonOfAsync(response)).TryGetProperty("usage", out _));
    }

    [Fact]
    public async Task Respond_WithTheTestsOwnAnswer_SendsItAsItIs()
    {
        await using var caller = await DoubleCaller.StartAsync();
        caller.Provider.Next(Fault.Respond(418, "text/plain", "no coffee").With("x-kettle", "on"));

        using var response = await caller.SendAsync(DoubleCaller.Chat());

        Assert.Equal(418, (int)response.StatusCode);
        Assert.Equal("on", Assert.Single(response.Headers.GetValues("x-kettle")));
        Assert.Equal("no coffee", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(caller.Provider.Billed);
    }

    [Fact]
    public void Fault_WithANonsenseNumber_SaysWhatIsAllowed()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.ServerError().Times(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.CutAfterEvents(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Fault.UsageAboveBound(-1));
    }

    private static async Task<string?> CodeOf(HttpResponseMessage response) =>
        (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("code").GetString();
}
