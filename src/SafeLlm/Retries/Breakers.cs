using System.Collections.Concurrent;
using SafeLlm.Pipeline;

namespace SafeLlm.Retries;

/// <summary>The breakers of a client: one for each provider and model, as one model's outage says little of another's.</summary>
internal sealed class Breakers(ClientRuntime runtime)
{
    // Models come from callers; what is beyond this has no breaker, and is retried as ever.
    private const int Most = 1_000;

    private readonly ConcurrentDictionary<(string Authority, string Model), Breaker> breakers = new();

    // Nearly every call is like the last one.
    private volatile Latest? latest;

    /// <summary>Lets an attempt go, or ends the call.</summary>
    /// <returns>The breaker to tell how it ended; null where there is none.</returns>
    /// <exception cref="RateLimitedException">Too many attempts have failed lately.</exception>
    public Breaker? Enter(Call call)
    {
        if (call.Facts is null || For(call) is not { } breaker) return null;
        if (breaker.MayGo(out var wait)) return breaker;

        var room = runtime.Time.GetUtcNow() + wait;
        throw new Refusal(RefusalCode.RateLimited, FormattableString.Invariant(
            $"Half of the attempts at {PriceList.Shown(call.Facts.Model ?? "(none)")} of {call.Target.Authority} have failed lately, so nothing is sent there until {room:u} (SafeLlmClientOptions.BreakAfter, BreakFor)."))
        {
            RoomAt = room,
        }.ToException(wait, call.LastFailure);
    }

    private Breaker? For(Call call)
    {
        if (runtime.Settings.BreakAfter == 0 || runtime.Settings.Shadow) return null;
        var (authority, model) = (call.Target.Authority, call.Facts!.Model ?? "");
        if (latest is { } last && last.Authority == authority && last.Model == model) return last.Breaker;

        if (Find((authority, model)) is not { } found) return null;
        latest = new Latest(authority, model, found);
        return found;
    }

    private Breaker? Find((string Authority, string Model) key)
    {
        if (breakers.TryGetValue(key, out var known)) return known;
        return breakers.Count < Most ? breakers.GetOrAdd(key, Make) : null;
    }

    private Breaker Make((string Authority, string Model) key) => new(
        runtime.Time,
        runtime.Settings.BreakAfter,
        runtime.Settings.BreakFor,
        pause => Log.CircuitOpened(runtime.Logger, key.Authority, PriceList.Shown(key.Model), pause));

    private sealed record Latest(string Authority, string Model, Breaker Breaker);
}
