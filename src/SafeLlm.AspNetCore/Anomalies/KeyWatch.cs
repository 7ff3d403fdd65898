using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SafeLlm.Anomalies;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Watches what each key uses, and acts where it leaves what is usual. Of a call that is refused unread the nonce is not claimed; each is
/// counted once all the same (<see cref="SeenNonces"/>): a captured request that is sent again must not freeze its owner's key. Bounded by
/// the keys there are.
/// </summary>
internal sealed class KeyWatch(VerifierSettings settings, VerifierStores stores, KeyFreezer freezer, VerifierAlerts alerts, AnomalyList list, OperationIds ids, TimeProvider time, ILogger<KeyWatch> logger)
{
    // One after the other, ten thousand keys would take a store that is a millisecond away longer than the minute in which they are shared again.
    private const int SharedAtOnce = 32;

    private static readonly TimeSpan LoadAgainAfter = TimeSpan.FromMinutes(1);

    private readonly SafeLlmAnomalyOptions options = settings.Options.Anomalies;
    private readonly AnomalyDetector detector = new(settings.Options.Anomalies.ToDetector());
    private readonly string node = ids.Next();
    private readonly ConcurrentDictionary<string, WatchedKey> keys = new(StringComparer.Ordinal);

    /// <summary>Keeps what was learned of the keys that were used since the last time, and takes up what other nodes learned and count of them.</summary>
    public async Task ShareAsync(IBaselineStore baselines)
    {
        foreach (var some in keys.Chunk(SharedAtOnce)) await Task.WhenAll(some.Select(key => ShareAsync(baselines, key.Key, key.Value)));
    }

    /// <summary>A key was frozen for a while, here or elsewhere: once that has ended, it is judged anew.</summary>
    public void Rest(string keyId, DateTimeOffset until)
    {
        if (!keys.TryGetValue(keyId, out var watched)) return;
        lock (watched.Gate) watched.Rest(until);
    }

    /// <summary>Refuses a call of a key that is slowed and called a moment ago. Nothing is counted.</summary>
    public Refusal? CheckSlowed(IncomingCall call)
    {
        if (call.Key is not { } key || !keys.TryGetValue(key.Key.KeyId, out var watched)) return null;
        DateTimeOffset? until;
        lock (watched.Gate) until = watched.WaitsUntil(call.Now);
        return Slowed(until);
    }

    /// <summary>Counts a call that was held, or denied for want of room. A refusal where its key is frozen by it, or slowed.</summary>
    public Refusal? NoteRequest(IncomingCall call)
    {
        if (!options.Enabled || call is not { Key.Key.KeyId: { } keyId, Tier: { } tier }) return null;
        var watched = Watched(keyId, tier, call.Now);
        DateTimeOffset? until;
        bool isNew;
        lock (watched.Gate)
        {
            // Of calls that came together, each saw before it waited that the key may call; one of them may.
            until = watched.WaitsUntil(call.Now);
            if (until is null) watched.LetThrough(options.SlowTo, call.Now);
            isNew = watched.IsFirst(call);
        }

        var verdict = detector.NoteRequest(watched.Baseline, tier.Norm, call.Now, wasRefused: !isNew);
        return Judge(keyId, watched, verdict, call.Now) ?? Slowed(until);
    }

    /// <summary>Counts a call that is refused unread because its limits are full. A refusal where its key is frozen by it.</summary>
    public Refusal? NoteRefused(IncomingCall call)
    {
        if (!options.Enabled || call is not { Key.Key.KeyId: { } keyId, Tier: { } tier }) return null;
        var watched = Watched(keyId, tier, call.Now);
        lock (watched.Gate)
        {
            watched.Resume(call.Now);
            if (!watched.IsFirst(call)) return null;
        }

        return Judge(keyId, watched, detector.NoteRefused(watched.Baseline, tier.Norm, call.Now), call.Now);
    }

    /// <summary>Counts what a call was charged.</summary>
    public void NoteUsage(IncomingCall call, in Amounts amounts, DateTimeOffset now)
    {
        if (!options.Enabled || call is not { Key.Key.KeyId: { } keyId, Tier: { } tier } || !keys.TryGetValue(keyId, out var watched)) return;
        var verdict = detector.NoteUsage(watched.Baseline, tier.Norm, amounts.In(Dimension.Tokens), amounts.Cost, now);
        if (verdict.Action is not null) _ = Act(keyId, watched, verdict, now);
    }

    /// <summary>Judges a key anew that goes on before its time.</summary>
    public void Wake(string keyId)
    {
        if (!keys.TryGetValue(keyId, out var watched)) return;
        lock (watched.Gate) watched.Wake();
    }

    private async Task ShareAsync(IBaselineStore baselines, string keyId, WatchedKey watched)
    {
        if (!watched.TakeUsed(time.GetUtcNow())) return;
        try
        {
            if (watched.TakeChanged() is { } days) await baselines.SaveAsync(keyId, days, CancellationToken.None);
            var parts = await baselines.ExchangeAsync(keyId, node, watched.RecentParts(time.GetUtcNow()), time.GetUtcNow(), CancellationToken.None);
            watched.Baseline.TakeOthers(parts, time.GetUtcNow());
            var kept = await baselines.LoadAsync(keyId, CancellationToken.None);
            detector.Restore(watched.Baseline, watched.Norm, kept, time.GetUtcNow());
        }
        catch
        {
            watched.NotShared();
            throw;
        }
    }

    private WatchedKey Watched(string keyId, Tier tier, DateTimeOffset now)
    {
        var watched = keys.GetOrAdd(keyId, static (_, now) => new WatchedKey(now), now);
        watched.Use(tier);
        if (watched.BeginsLoading(now) && stores.Stores.Baselines is { } baselines) _ = RestoreAsync(baselines, keyId, watched, tier.Norm);
        return watched;
    }

    private Refusal? Judge(string keyId, WatchedKey watched, in AnomalyVerdict verdict, DateTimeOffset now) =>
        verdict.Action is not null && Act(keyId, watched, verdict, now) ? KeyFreezer.Refused(freezer.RestsUntil(keyId, now)) : null;

    private static Refusal? Slowed(DateTimeOffset? until) =>
        until is { } at ? new Refusal(RefusalCode.RateLimited, "The key is used far more than usual, so its calls are let through one by one for a while.") { RoomAt = at } : null;

    // Until it is there, the key is one of whom nothing is known: it only alerts.
    private async Task RestoreAsync(IBaselineStore baselines, string keyId, WatchedKey watched, UsageNorm norm)
    {
        try
        {
            var days = await baselines.LoadAsync(keyId, CancellationToken.None);
            if (days.Count > 0) detector.Restore(watched.Baseline, norm, days, time.GetUtcNow());
        }
        catch (Exception failure)
        {
            Log.NotShared(logger, failure);
            watched.LoadsAgain(time.GetUtcNow() + LoadAgainAfter);
        }
    }

    // Whether the key is frozen by it.
    private bool Act(string keyId, WatchedKey watched, in AnomalyVerdict verdict, DateTimeOffset now)
    {
        DateTimeOffset? until = null;
        List<Anomaly>? told = null;
        var (slows, freezes) = (verdict.Action == AnomalyAction.Slow, verdict.Action is AnomalyAction.Freeze or AnomalyAction.RequireOperator);
        lock (watched.Gate)
        {
            for (var i = 0; i < verdict.Anomalies.Count; i++)
            {
                if (watched.IsNew(verdict.Anomalies[i].Kind, now)) (told ??= []).Add(verdict.Anomalies[i]);
            }

            if (slows) until = watched.Slow(options.FreezeFor, now);
            else if (verdict.Action == AnomalyAction.Freeze) until = watched.Freeze(options.FreezeFor, now);
            else if (verdict.Action == AnomalyAction.RequireOperator) watched.AwaitOperator();
        }

        if (until is { } end && freezes) freezer.Rest(keyId, end);
        if (verdict.Action == AnomalyAction.RequireOperator) freezes = freezer.Freeze(keyId, now);
        else freezes &= until is not null;
        foreach (var anomaly in told ?? [])
        {
            list.Add(new KeyAnomaly(keyId, now, anomaly, verdict.Action!.Value, until));
            alerts.Anomalous(keyId, anomaly, now);
        }

        if (freezes) alerts.Frozen(keyId, verdict.Anomalies[0], until, now);
        return verdict.Action is AnomalyAction.Freeze or AnomalyAction.RequireOperator;
    }
}
