using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.Limits;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What follows where a key is used far more than usual. Its tier limits no rate, so the article's baseline is what is usual.</summary>
public sealed class KeyWatchTests
{
    private const int Most = 50;
    private const int Together = 6;

    private readonly ListedAlerts alerts = new();
    private int inputTokens = 17;

    [Fact]
    public async Task KeyFarAboveItsUsual_IsFrozenForAWhile()
    {
        await using var host = await StartAsync();
        await WarmUpAsync(host);
        for (var i = 0; i < Most; i++) await ExpectAsync(host, 200);

        var refused = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));
        Assert.Equal("rate_limited", refused.Code);
        Assert.Contains("frozen for a while", refused.Detail, StringComparison.Ordinal);
        Assert.Equal(host.Time.GetUtcNow().AddMinutes(15), refused.Json.GetProperty("resets_at").GetDateTimeOffset());
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        await ExpectAsync(host, refused.Status);

        var told = await AlertsAsync(host);
        Assert.Equal([AlertKind.Anomaly, AlertKind.KeyFrozen], told.Select(alert => alert.Kind));
        Assert.All(told, alert => Assert.Equal(("key:k-free", 51L, 10L, Dimension.Requests), (alert.Scope, alert.Current, alert.Reference, alert.Dimension)));
        var listed = Assert.Single(host.Services.GetRequiredService<IAnomalyList>().Recent);
        Assert.Equal(("k-free", AnomalyAction.Freeze, host.Time.GetUtcNow().AddMinutes(15)), (listed.KeyId, listed.Action, listed.Until));
    }

    [Fact]
    public async Task KeyWhoseFreezeIsOver_IsJudgedAnewAndFrozenForLonger()
    {
        await using var host = await StartAsync();
        await WarmUpAsync(host);
        for (var i = 0; i <= Most; i++) await host.SendAsync(TestRequest.Chat());

        host.Time.Advance(TimeSpan.FromMinutes(15));
        for (var i = 0; i < Most; i++) await ExpectAsync(host, 200);

        var again = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));
        Assert.Equal(host.Time.GetUtcNow().AddMinutes(30), again.Json.GetProperty("resets_at").GetDateTimeOffset());
    }

    [Fact]
    public async Task NewKey_OnlyAlerts()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 2 * Most; i++) await ExpectAsync(host, 200);

        var alert = Assert.Single(await AlertsAsync(host));
        Assert.Equal((AlertKind.Anomaly, AlertSeverity.Critical, 51L), (alert.Kind, alert.Severity, alert.Current));
        Assert.Equal("request_spike: far more requests in 60 minutes than usual. (key:k-free: 51 requests of 10 requests)", alert.Describe());
    }

    [Fact]
    public async Task Key_ThatNeedsAnOperator_StaysFrozen()
    {
        await using var host = await StartAsync(options => options.OnHigh = AnomalyAction.RequireOperator);
        await WarmUpAsync(host);
        for (var i = 0; i < Most; i++) await ExpectAsync(host, 200);

        Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()))).Code);
        host.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()))).Code);
        Assert.Equal([AlertKind.Anomaly, AlertKind.KeyFrozen], (await AlertsAsync(host)).Select(alert => alert.Kind));
    }

    [Fact]
    public async Task Key_ThatAnOperatorHasThawed_IsJudgedAnew()
    {
        await using var host = await StartAsync(options => options.OnHigh = AnomalyAction.RequireOperator);
        await WarmUpAsync(host);
        for (var i = 0; i <= Most; i++) await host.SendAsync(TestRequest.Chat());
        await ExpectAsync(host, 401);

        await host.Services.GetRequiredService<KeyFreezer>().ThawAsync(registry: null, "k-free", TestContext.Current.CancellationToken);

        for (var i = 0; i < Most; i++) await ExpectAsync(host, 200);
        await ExpectAsync(host, 401);
    }

    [Fact]
    public async Task Key_ThatIsSlowed_PassesOneByOne()
    {
        await using var host = await StartAsync(options => (options.OnHigh, options.SlowTo) = (AnomalyAction.Slow, TimeSpan.FromSeconds(20)));
        await WarmUpAsync(host);
        for (var i = 0; i <= Most; i++) await ExpectAsync(host, 200);

        var slowed = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));
        Assert.Equal(("rate_limited", 429, "20"), (slowed.Code, slowed.Status, slowed.RetryAfter));
        host.Time.Advance(TimeSpan.FromSeconds(20));
        await ExpectAsync(host, 200);
        await ExpectAsync(host, 429);
    }

    [Fact]
    public async Task CallsOfASlowedKeyThatCameTogether_AreLetThroughOneByOneToo()
    {
        // Each has seen that the key may call before any of them is counted.
        var (waiting, together) = (Together, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var isOpen = true;
        await using var host = await StartAsync(
            options => (options.OnHigh, options.SlowTo) = (AnomalyAction.Slow, TimeSpan.FromSeconds(20)),
            PromptRule.ForAsync("gate", async (_, cancellationToken) =>
            {
                if (isOpen) return [];
                if (Interlocked.Decrement(ref waiting) == 0) together.SetResult();
                await together.Task.WaitAsync(cancellationToken);
                return [];
            }));
        await WarmUpAsync(host);
        for (var i = 0; i <= Most; i++) await ExpectAsync(host, 200);
        host.Time.Advance(TimeSpan.FromSeconds(20));
        isOpen = false;

        var answers = await Task.WhenAll(Enumerable.Range(0, Together).Select(_ => host.SendAsync(TestRequest.Chat())));

        Assert.Equal([(200, 1), (429, Together - 1)], answers.CountBy(answer => (int)answer.StatusCode).OrderBy(count => count.Key).Select(count => (count.Key, count.Value)));
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Fact]
    public async Task CopiesOfACapturedRequest_FreezeNobody()
    {
        await using var host = await StartAsync();
        await WarmUpAsync(host);
        var captured = host.Sign(TestRequest.Chat());
        Assert.Equal(200, (int)(await host.SendUnsignedAsync(captured)).StatusCode);
        for (var i = 0; i < 2 * Most; i++) Assert.Equal(401, (int)(await host.SendUnsignedAsync(captured)).StatusCode);

        await ExpectAsync(host, 200);
        Assert.Empty(await AlertsAsync(host));
    }

    [Fact]
    public async Task CallsThatUseFarMoreTokens_AreAlertedAndPass()
    {
        await using var host = await StartAsync();
        await WarmUpAsync(host);
        inputTokens = 1_600;
        for (var i = 0; i < 6; i++) await ExpectAsync(host, 200);

        var alert = Assert.Single(await AlertsAsync(host), alert => alert.Kind == AlertKind.Anomaly);
        Assert.Equal((AlertKind.Anomaly, AlertSeverity.Warning, Dimension.Tokens, 1_609L, 500L), (alert.Kind, alert.Severity, alert.Dimension, alert.Current, alert.Reference));
    }

    [Fact]
    public async Task WatchThatIsOff_SaysNothing()
    {
        await using var host = await StartAsync(options => options.Enabled = false);
        await WarmUpAsync(host);
        for (var i = 0; i < 2 * Most; i++) await ExpectAsync(host, 200);

        Assert.Empty(await AlertsAsync(host));
    }

    private static async Task ExpectAsync(VerifierHost host, int status) => Assert.Equal(status, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);

    private static async Task WarmUpAsync(VerifierHost host)
    {
        await ExpectAsync(host, 200);
        // Settled as well: a key is new until its first call is.
        await host.IdleAsync();
        host.Time.Advance(TimeSpan.FromHours(25));
    }

    private Task<VerifierHost> StartAsync(Action<SafeLlmAnomalyOptions>? options = null, params IEnumerable<PromptRule> rules) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer(inputTokens))).RequireSafeLlm())
        {
            Options = verifier =>
            {
                verifier.Tiers["FREE"] = new SafeLlmTierOptions { MaxOutputTokens = 500, TokensPerDay = 1_000_000 };
                options?.Invoke(verifier.Anomalies);
                foreach (var rule in rules) verifier.PromptRules.Add(rule);
            },
            Services = services => services.AddSingleton<IAlertSink>(alerts),
        });

    private async Task<IReadOnlyList<Alert>> AlertsAsync(VerifierHost host)
    {
        await host.IdleAsync();
        await AlertDelivery.Of(host.Stores.Outbox!, host.Time).DeliverAsync(TestContext.Current.CancellationToken);
        return alerts.Take();
    }
}
