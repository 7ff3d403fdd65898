using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.Redis.Tests;

/// <summary>Every operation of every store once, for servers that may refuse some of them: by their rules, or by where keys live.</summary>
internal static class StoreTour
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task RunAsync(SafeLlmStores stores)
    {
        var now = TimeProvider.System.GetUtcNow();
        var ledger = stores.Ledger;
        var nonce = new NonceClaim("k1", "nonce-000000000001", now.AddMinutes(1));
        Assert.Equal(HoldOutcome.Held, (await HoldAsync(stores, "a", 60, nonce)).Outcome);
        Assert.Equal(HoldOutcome.Replayed, (await HoldAsync(stores, "b", 10, nonce)).Outcome);
        Assert.Equal(NonceOutcome.Claimed, await stores.Nonces.ClaimAsync(nonce with { Nonce = "nonce-000000000002" }, Cancellation));
        Assert.Equal(NonceOutcome.Replayed, await stores.Nonces.ClaimAsync(nonce, Cancellation));
        Assert.Equal(HoldOutcome.Denied, (await HoldAsync(stores, "c", 60)).Outcome);
        Assert.Equal(HoldOutcome.Held, (await HoldAsync(stores, "d", 20)).Outcome);
        Assert.True(await ledger.ExtendAsync("a", TimeSpan.FromMinutes(2), Cancellation));
        Assert.Equal(2, await ledger.CountHoldsAsync(Cancellation));
        Assert.True(await ledger.ReleaseAsync("d", Cancellation));
        Assert.True((await ledger.SettleAsync("a", new Amounts(50, 0, NanoUsd.Zero), Cancellation)).Found);
        Assert.Equal(50, (await ledger.ReadAsync([Day], Cancellation))[0].Spent);
        await ((IRoomSignal)ledger).ListenAsync(() => { }, TimeSpan.FromMilliseconds(10), Cancellation);

        await stores.Journal!.AppendAsync(new JournalEntry { Id = "a", At = now, Outcome = JournalOutcome.Reported, Actual = new Amounts(50, 0, NanoUsd.Zero) }, Cancellation);
        var lines = new List<JournalEntry>();
        await foreach (var line in stores.Journal.ReadAsync(now.AddHours(-1), now.AddHours(1), Cancellation)) lines.Add(line);
        Assert.Equal("a", Assert.Single(lines).Id);

        var alert = new Alert("alert-1", AlertKind.StoreFailure, AlertSeverity.Warning, "a test", now);
        Assert.True(await stores.Outbox!.RecordAsync(alert, Cancellation));
        Assert.False(await stores.Outbox.RecordAsync(alert, Cancellation));
        Assert.Single(await stores.Outbox.TakeAsync(1, TimeSpan.FromSeconds(1), Cancellation));
        await stores.Outbox.PostponeAsync("alert-1", TimeSpan.FromSeconds(1), Cancellation);
        await stores.Outbox.CompleteAsync("alert-1", Cancellation);

        for (var i = 0; i < 3; i++) await stores.IssuedIds!.RecordAsync("tenant:a", [$"resp_{i}"], now.AddDays(1), 2, Cancellation);
        Assert.True(await stores.IssuedIds!.AreOfAsync("tenant:a", ["resp_2"], Cancellation));
        await stores.IssuedIds.ForgetAsync("tenant:a", "resp_2", Cancellation);

        await stores.LockOuts!.RecordAsync(new LockOut("network:203.0.113.0/24", now.AddDays(1)), Cancellation);
        Assert.Single(await stores.LockOuts.ReadAsync(Cancellation));
        await stores.LockOuts.EndAsync("network:203.0.113.0/24", Cancellation);
        await stores.Baselines!.SaveAsync("k1", [new UsageDay(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), default)], Cancellation);
        Assert.Single(await stores.Baselines.LoadAsync("k1", Cancellation));
    }

    /// <summary>What operators do.</summary>
    public static async Task RunKeysAsync(SafeLlmStores stores)
    {
        var keys = (IKeyRegistry)stores.Keys!;
        Assert.True(await keys.AddAsync(new VerifierKey(SigningKey.GenerateEcdsaP256("k1")), Cancellation));
        Assert.Equal(["k1"], (await keys.ListAsync(Cancellation)).Select(key => key.Key.KeyId));
        using var view = stores.View!();
        Assert.NotEmpty(await view.ReadCountersAsync(Cancellation));
    }

    private static async Task<HoldResult> HoldAsync(SafeLlmStores stores, string id, long tokens, NonceClaim? nonce = null) =>
        await stores.Ledger.HoldAsync(new HoldRequest(id, [Day], new Amounts(tokens, 0, NanoUsd.Zero), TimeSpan.FromMinutes(1)) { Nonce = nonce }, Cancellation);
}
