using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using SafeLlm.Anomalies;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What one node learned or locked out counts on the others, and after a restart.</summary>
public sealed class SharedWatchTests
{
    private const int Most = 50;

    private readonly InMemoryBaselineStore baselines = new();
    private InMemoryLockOutStore? lockOuts;

    [Fact]
    public async Task KeyFrozenForAWhile_IsFrozenOnTheOtherNodesToo()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        Assert.Equal(200, await CallAsync(one));
        one.Time.Advance(TimeSpan.FromHours(25));
        two.Time.Advance(TimeSpan.FromHours(25));
        for (var i = 0; i <= Most; i++) await CallAsync(one);
        Assert.NotEqual(200, await CallAsync(one));

        await two.Services.GetRequiredService<SharedWatch>().ShareAsync();

        Assert.NotEqual(200, await CallAsync(two));
        two.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(200, await CallAsync(two));
    }

    [Fact]
    public async Task KeyFrozenForAWhileThatTheStoreDidNotTake_IsToldAndRecordedOnceItDoes()
    {
        var failing = new FailingLockOuts { Fails = true };
        await using var one = await StartAsync(waiting: failing);
        await FreezeAsync(one);
        await ShareAsync(one);
        Assert.Contains(one.Log.Of(LogLevel.Error), line => line.Contains("k-free is frozen until", StringComparison.Ordinal));
        var told = await HealthAsync(one);
        Assert.Contains("1 of the keys are frozen on this node alone, as the store does not take it; it is tried again.", told.Description, StringComparison.Ordinal);
        Assert.Equal(["k-free"], (IEnumerable<string>)told.Data["keys_frozen_here_alone"]);

        failing.Fails = false;
        await ShareAsync(one);

        Assert.Equal(new LockOut("key:k-free", one.Time.GetUtcNow().AddMinutes(15)), Assert.Single(failing.Kept));
        Assert.DoesNotContain("frozen", (await HealthAsync(one)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyOfTheConfigurationThatNeedsAnOperator_WaitsForItOnEveryNodeAndAfterARestart()
    {
        await using var one = await StartAsync(options => options.Anomalies.OnHigh = AnomalyAction.RequireOperator);
        await using var two = await StartAsync();
        await FreezeAsync(one);
        two.Time.Advance(one.Time.GetUtcNow() - two.Time.GetUtcNow());
        await ShareAsync(one, two);
        await using var restarted = await StartAsync();
        foreach (var host in (VerifierHost[])[one, two, restarted])
        {
            host.Time.Advance(TimeSpan.FromDays(2));
            Assert.Equal("key_revoked", (await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()))).Code);
        }

        await two.Services.GetRequiredService<KeyFreezer>().ThawAsync(registry: null, "k-free", TestContext.Current.CancellationToken);
        await ShareAsync(one, two, restarted);

        foreach (var host in (VerifierHost[])[one, two, restarted]) Assert.Equal(200, await CallAsync(host));
    }

    [Fact]
    public async Task KeyThatGoesOnBeforeTheStoreTookItsFreeze_IsNotFrozenAfterwards()
    {
        var failing = new FailingLockOuts { Fails = true };
        await using var one = await StartAsync(waiting: failing);
        await FreezeAsync(one);
        failing.Fails = false;

        await one.Services.GetRequiredService<KeyFreezer>().WakeAsync("k-free", TestContext.Current.CancellationToken);
        await ShareAsync(one);

        Assert.Empty(failing.Kept);
        Assert.Equal(200, await CallAsync(one));
    }

    [Fact]
    public async Task FreezeThatEndsBeforeTheStoreTookIt_IsForgotten()
    {
        var failing = new FailingLockOuts { Fails = true };
        await using var one = await StartAsync(waiting: failing);
        await FreezeAsync(one);
        one.Time.Advance(TimeSpan.FromMinutes(15));
        await ShareAsync(one);
        failing.Fails = false;

        await ShareAsync(one);

        Assert.Empty(failing.Kept);
        Assert.DoesNotContain("frozen", (await HealthAsync(one)).Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeyThatIsWoken_GoesOnOnEveryNodeAndIsJudgedAnew()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        Assert.Equal(200, await CallAsync(one));
        one.Time.Advance(TimeSpan.FromHours(25));
        two.Time.Advance(TimeSpan.FromHours(25));
        for (var i = 0; i <= Most; i++) await CallAsync(one);
        await ShareAsync(one, two);
        Assert.NotEqual(200, await CallAsync(two));

        await two.Services.GetRequiredService<KeyFreezer>().WakeAsync("k-free", TestContext.Current.CancellationToken);
        Assert.Equal(200, await CallAsync(two));
        Assert.NotEqual(200, await CallAsync(one));
        await ShareAsync(one, two);

        for (var i = 0; i < Most; i++) Assert.Equal(200, await CallAsync(one));
        Assert.NotEqual(200, await CallAsync(one));
    }

    [Fact]
    public async Task NetworkLockedOut_WaitsOnTheOtherNodesToo()
    {
        await using var one = await StartAsync(options => options.LockOut.FailuresPerMinute = 1);
        await using var two = await StartAsync();
        while ((await lockOuts!.ReadAsync(TestContext.Current.CancellationToken)).Count == 0)
        {
            await one.SendAsync(TestRequest.Chat(), TestKeys.Stranger);
            one.Time.Advance(TimeSpan.FromSeconds(1));
            two.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await two.Services.GetRequiredService<SharedWatch>().ShareAsync();

        Assert.Equal(429, (int)(await two.SendAsync(TestRequest.Chat(), TestKeys.Stranger)).StatusCode);
        Assert.Equal(200, await CallAsync(two));
    }

    [Fact]
    public async Task WhatWasLearned_CountsAfterARestart()
    {
        await using (var before = await StartAsync())
        {
            Assert.Equal(200, await CallAsync(before));
            // Kept once a minute.
            before.Time.Advance(TimeSpan.FromMinutes(2));
            await before.IdleAsync();
        }

        await using var after = await StartAsync();
        after.Time.Advance(TimeSpan.FromHours(25));
        for (var i = 0; i < Most; i++) Assert.Equal(200, await CallAsync(after));

        Assert.NotEqual(200, await CallAsync(after));
    }

    [Fact]
    public async Task WhatCouldNotBeKeptOrLoaded_IsTriedAgain()
    {
        var failing = new FailingBaselines(baselines) { Fails = true };
        await using (var before = await StartAsync(kept: failing))
        {
            Assert.Equal(200, await CallAsync(before));
            before.Time.Advance(TimeSpan.FromMinutes(2));
            await ShareAsync(before);
            Assert.Empty(await baselines.LoadAsync("k-free", TestContext.Current.CancellationToken));
            failing.Fails = false;
            before.Time.Advance(TimeSpan.FromMinutes(2));
            await ShareAsync(before);
            Assert.NotEmpty(await baselines.LoadAsync("k-free", TestContext.Current.CancellationToken));
        }

        failing.Fails = true;
        await using var after = await StartAsync(kept: failing);
        after.Time.Advance(TimeSpan.FromHours(25));
        Assert.Equal(200, await CallAsync(after));
        failing.Fails = false;
        after.Time.Advance(TimeSpan.FromMinutes(1));
        for (var i = 1; i < Most; i++) Assert.Equal(200, await CallAsync(after));

        // A key of whom nothing was known would only alert in its first day.
        Assert.NotEqual(200, await CallAsync(after));
    }

    [Fact]
    public async Task KeyFrozenElsewhere_IsFrozenHereWhileWhatWasLearnedIsStillBeingKept()
    {
        var hanging = new FailingBaselines(baselines);
        await using var one = await StartAsync();
        await using var two = await StartAsync(kept: hanging);
        foreach (var host in new[] { one, two }) Assert.Equal(200, await CallAsync(host));
        hanging.Answers = new TaskCompletionSource();
        Advance(TimeSpan.FromHours(25), one, two);
        for (var i = 0; i <= Most; i++) await CallAsync(one);
        Assert.NotEqual(200, await CallAsync(one));

        two.Time.Advance(TimeSpan.FromSeconds(10));

        Assert.NotEqual(200, await CallAsync(two));
        hanging.Answers.SetResult();
    }

    [Fact]
    public async Task CallsOfOneKeyOnTwoNodes_AreSummed_AndAreForgivenOnBothWhenItsFreezeIsOver()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        foreach (var host in new[] { one, two }) Assert.Equal(200, await CallAsync(host));
        Advance(TimeSpan.FromHours(25), one, two);
        for (var i = 0; i < 26; i++) Assert.Equal(200, await CallAsync(one));
        Assert.Equal(200, await CallAsync(two));
        Advance(TimeSpan.FromMinutes(2), one, two);

        for (var i = 1; i < 24; i++) Assert.Equal(200, await CallAsync(two));
        Assert.NotEqual(200, await CallAsync(two));

        Advance(TimeSpan.FromMinutes(17), one, two);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, await CallAsync(one));
            Assert.Equal(200, await CallAsync(two));
        }
    }

    [Fact]
    public async Task KeyWhoseNodeIsGone_IsUsualOnTheNodeThatTakesOver()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync();
        for (var day = 0; day < 3; day++)
        {
            for (var i = 0; i < 4 * Most; i++) Assert.Equal(200, await CallAsync(one));
            Assert.Equal(200, await CallAsync(two));
            Advance(TimeSpan.FromMinutes(2), one, two);
            Advance(TimeSpan.FromDays(1), one, two);
        }

        Assert.Equal(200, await CallAsync(two));
        Advance(TimeSpan.FromMinutes(2), one, two);
        for (var i = 0; i < 4 * Most; i++) Assert.Equal(200, await CallAsync(two));
    }

    private static void Advance(TimeSpan time, params VerifierHost[] hosts)
    {
        foreach (var host in hosts) host.Time.Advance(time);
    }

    private sealed class FailingBaselines(IBaselineStore inner) : IBaselineStore
    {
        public bool Fails { get; set; }

        /// <summary>What saving waits for; null where it waits for nothing.</summary>
        public TaskCompletionSource? Answers { get; set; }

        public ValueTask<IReadOnlyList<UsageDay>> LoadAsync(string keyId, CancellationToken cancellationToken) =>
            Fails ? throw new IOException("The store is gone.") : inner.LoadAsync(keyId, cancellationToken);

        public ValueTask SaveAsync(string keyId, IReadOnlyList<UsageDay> days, CancellationToken cancellationToken) =>
            Fails ? throw new IOException("The store is gone.") : Answers is { } answers ? new ValueTask(answers.Task) : inner.SaveAsync(keyId, days, cancellationToken);

        public ValueTask<IReadOnlyList<UsagePart>> ExchangeAsync(string keyId, string node, IReadOnlyList<UsagePart> parts, DateTimeOffset now, CancellationToken cancellationToken) =>
            Fails ? throw new IOException("The store is gone.") : inner.ExchangeAsync(keyId, node, parts, now, cancellationToken);
    }

    [Fact]
    public async Task HostThatIsOutOfPatience_StopsWithoutAFault_AndKeepsWhatItLearned()
    {
        await using var host = await StartAsync();
        Assert.Equal(200, await CallAsync(host));
        await host.IdleAsync();

        await host.Services.GetRequiredService<SharedWatch>().StopAsync(new CancellationToken(canceled: true));

        Assert.NotEmpty(await baselines.LoadAsync("k-free", TestContext.Current.CancellationToken));
    }

    private sealed class FailingLockOuts : ILockOutStore
    {
        private readonly ConcurrentDictionary<string, LockOut> kept = new(StringComparer.Ordinal);

        public bool Fails { get; set; }

        public IEnumerable<LockOut> Kept => kept.Values;

        public ValueTask RecordAsync(LockOut lockOut, CancellationToken cancellationToken)
        {
            if (Fails) throw new IOException("The store is gone.");
            kept[lockOut.Scope] = lockOut;
            return ValueTask.CompletedTask;
        }

        public ValueTask EndAsync(string scope, CancellationToken cancellationToken)
        {
            kept.TryRemove(scope, out _);
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<LockOut>> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<LockOut>>([.. kept.Values]);
    }

    // Five times what the article takes for usual, after the day in which nothing does more than tell.
    private static async Task FreezeAsync(VerifierHost host)
    {
        Assert.Equal(200, await CallAsync(host));
        host.Time.Advance(TimeSpan.FromHours(25));
        for (var i = 0; i <= Most; i++) await CallAsync(host);
        Assert.NotEqual(200, await CallAsync(host));
    }

    private static async Task<HealthReportEntry> HealthAsync(VerifierHost host) =>
        (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["safellm-stores"];

    private static async Task ShareAsync(params VerifierHost[] hosts)
    {
        foreach (var host in hosts) await host.Services.GetRequiredService<SharedWatch>().ShareAsync();
    }

    private static async Task<int> CallAsync(VerifierHost host) => (int)(await host.SendAsync(TestRequest.Chat())).StatusCode;

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null, IBaselineStore? kept = null, ILockOutStore? waiting = null) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            // Each node counts for itself here; what is learned and who has to wait is shared.
            Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { Baselines = kept ?? baselines, LockOuts = waiting ?? (lockOuts ??= new InMemoryLockOutStore(time)) },
            Options = verifier =>
            {
                verifier.Tiers["FREE"] = new SafeLlmTierOptions { MaxOutputTokens = 500, TokensPerDay = 1_000_000 };
                options?.Invoke(verifier);
            },
        });
}
