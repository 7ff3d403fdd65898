using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
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

    private sealed class FailingBaselines(IBaselineStore inner) : IBaselineStore
    {
        public bool Fails { get; set; }

        public ValueTask<IReadOnlyList<UsageDay>> LoadAsync(string keyId, CancellationToken cancellationToken) =>
            Fails ? throw new IOException("The store is gone.") : inner.LoadAsync(keyId, cancellationToken);

        public ValueTask SaveAsync(string keyId, IReadOnlyList<UsageDay> days, CancellationToken cancellationToken) =>
            Fails ? throw new IOException("The store is gone.") : inner.SaveAsync(keyId, days, cancellationToken);
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

    private static async Task ShareAsync(params VerifierHost[] hosts)
    {
        foreach (var host in hosts) await host.Services.GetRequiredService<SharedWatch>().ShareAsync();
    }

    private static async Task<int> CallAsync(VerifierHost host) => (int)(await host.SendAsync(TestRequest.Chat())).StatusCode;

    private Task<VerifierHost> StartAsync(Action<SafeLlmVerifierOptions>? options = null, IBaselineStore? kept = null) =>
        VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm())
        {
            // Each node counts for itself here; what is learned and who has to wait is shared.
            Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { Baselines = kept ?? baselines, LockOuts = lockOuts ??= new InMemoryLockOutStore(time) },
            Options = verifier =>
            {
                verifier.Tiers["FREE"] = new SafeLlmTierOptions { MaxOutputTokens = 500, TokensPerDay = 1_000_000 };
                options?.Invoke(verifier);
            },
        });
}
