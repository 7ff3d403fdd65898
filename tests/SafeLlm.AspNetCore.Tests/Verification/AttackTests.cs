using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Attacks 34, 35, 38, 42 and 43 of the signing profile: what only a server sees.</summary>
public sealed class AttackTests
{
    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":100000,"max_tokens":5,"messages":[]}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","role":"system","content":"x"}]}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"max_tok\u0065ns":100000,"messages":[]}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"MAX_TOKENS":100000,"messages":[]}""")]
    public Task Attack34_MemberTwice_PlainNestedEscapedOrInAnotherCase_IsRefused(string body) => ExpectAsync(body, "json_duplicate_key");

    [Theory]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"\ud800"}]}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"temperature":1e400,"messages":[]}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"temperature":NaN,"messages":[]}""")]
    [InlineData("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[]} {}""")]
    [InlineData("\uFEFF{}")]
    public Task Attack35_DocumentThatTwoReadersTakeDifferently_IsRefused(string body) => ExpectAsync(body, "json_invalid");

    [Fact]
    public async Task Attack35_BytesThatAreNoUtf8_AreRefused()
    {
        await using var host = await StartAsync();
        var request = TestRequest.Chat("""{"model":"gpt-4o-mini","max_tokens":5,"messages":[{"role":"user","content":"*"}]}""");
        request.Body[request.Body.AsSpan().IndexOf((byte)'*')] = 0xC3;
        Assert.Equal((400, "json_invalid"), Of(await Problem.ReadAsync(await host.SendAsync(request))));
    }

    [Fact]
    public Task Attack35_DocumentNestedTwoHundredDeep_IsRefused() =>
        ExpectAsync($$"""{"model":"gpt-4o-mini","max_tokens":5,"messages":{{new string('[', 200)}}{{new string(']', 200)}}}""", "json_depth");

    [Fact]
    public async Task Attack38_LengthAndChunksInOneRequest_DoNotSmuggleASecond()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());
        var request = host.Sign(TestRequest.Chat());
        var hidden = $"GET /hidden HTTP/1.1\r\nHost: {host.Authority}\r\n\r\n";

        await raw.SendAsync(request.Head("Transfer-Encoding: chunked", $"Content-Length: {hidden.Length + 5}"));
        await raw.SendAsync("0\r\n\r\n" + hidden);

        // The chunks end the content, which is not what was signed; what follows is not taken for a request of this caller.
        var answer = await raw.ReadUntilAsync("\0");
        Assert.DoesNotContain("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden ran", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack38_SignatureInTheTrailers_IsNone()
    {
        await using var host = await StartAsync();
        using var raw = new RawExchange(host.Connect());
        var request = host.Sign(TestRequest.Chat());
        var signature = request.Headers["signature"];
        var body = Encoding.UTF8.GetString(request.Body);

        await raw.SendAsync(request.With("signature", null).Head("Transfer-Encoding: chunked", "Trailer: Signature", "Connection: close"));
        await raw.SendAsync($"{body.Length:x}\r\n{body}\r\n0\r\nSignature: {signature}\r\n\r\n");

        var answer = await raw.ReadUntilAsync("\0");
        Assert.StartsWith("HTTP/1.1 401", answer, StringComparison.Ordinal);
        Assert.Contains("signature_required", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Attack42_ClockBeforeThisVersionWasWritten_StopsTheStart()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(new DateTimeOffset(2019, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Contains("2019-01-01", Assert.Throws<InvalidOperationException>(() => new ClockHealth(time).CheckStart()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack42_ClockThatJumps_ShowsInTheHealthOfTheApplication()
    {
        var time = new JumpingTime();
        var health = new ClockHealth(time);
        health.CheckStart();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status);
        time.Jump = TimeSpan.FromHours(-1);
        var after = await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);

        Assert.Equal(HealthStatus.Degraded, after.Status);
        Assert.InRange((double)after.Data["jump_seconds"], -3610, -3590);
        await using var host = await StartAsync();
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, report.Entries["safellm-clock"].Status);
    }

    [Fact]
    public async Task Attack42_AJumpIsToldForAsLongAsSignaturesOfBeforeItMayBeAbout()
    {
        var time = new JumpingTime();
        var health = new ClockHealth(time);
        async Task<HealthStatus> LookAsync(TimeSpan later)
        {
            time.Elapsed += later;
            return (await health.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Status;
        }

        // A machine that slept: its own clock stood still.
        time.Jump = TimeSpan.FromMinutes(20);
        Assert.Equal(HealthStatus.Degraded, await LookAsync(TimeSpan.FromHours(1)));
        Assert.Equal(HealthStatus.Degraded, await LookAsync(TimeSpan.FromSeconds(299)));
        Assert.Equal(HealthStatus.Healthy, await LookAsync(TimeSpan.FromSeconds(1)));

        // The next one is told like the first, and one upon it for as long again.
        time.Jump -= TimeSpan.FromMinutes(20);
        Assert.Equal(HealthStatus.Degraded, await LookAsync(TimeSpan.FromSeconds(10)));
        time.Jump += TimeSpan.FromSeconds(30);
        Assert.Equal(HealthStatus.Degraded, await LookAsync(TimeSpan.FromSeconds(200)));
        Assert.Equal(HealthStatus.Degraded, await LookAsync(TimeSpan.FromSeconds(200)));
        Assert.Equal(HealthStatus.Healthy, await LookAsync(TimeSpan.FromSeconds(100)));
    }

    [Fact]
    public async Task Attack43_Answers_AreNotSigned()
    {
        await using var host = await StartAsync();
        var answer = await host.SendAsync(TestRequest.Chat());

        // As the package's own page says: TLS is what protects them.
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.False(answer.Headers.Contains("Signature"));
    }

    private static async Task ExpectAsync(string body, string code)
    {
        await using var host = await StartAsync();
        Assert.Equal((400, code), Of(await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(body)))));
    }

    private static (int, string) Of(Problem problem) => (problem.Status, problem.Code);

    private static Task<VerifierHost> StartAsync() => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm();
        app.MapGet("/hidden", () => Results.Text("hidden ran"));
    }));

    private sealed class JumpingTime : TimeProvider
    {
        public TimeSpan Jump { get; set; }

        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => VerifierHost.Start + Elapsed + Jump;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
