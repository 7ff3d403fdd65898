using System.Collections.Concurrent;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>
/// How many requests of each key are sending their content (signing profile, A7 step 11). What is being read has taken no hold yet, and still takes
/// memory and a connection: without a bound one key could open as many as it likes and send a byte now and then. Bounded by the keys there are.
/// </summary>
internal sealed class ContentSlots(VerifierSettings settings)
{
    private readonly int most = settings.Options.MaxUploadsPerKey;
    private readonly ConcurrentDictionary<string, Slots> keys = new(StringComparer.Ordinal);

    /// <summary>Takes a slot, which <see cref="Leave"/> gives back. A refusal where there is none.</summary>
    public Refusal? Enter(IncomingCall call)
    {
        if (call.Key?.Key.KeyId is not { } keyId) return null;
        var slots = keys.GetOrAdd(keyId, static _ => new Slots());
        if (Interlocked.Increment(ref slots.Taken) <= MostOf(call))
        {
            call.Slots = slots;
            return null;
        }

        Interlocked.Decrement(ref slots.Taken);
        return new Refusal(RefusalCode.RateLimited, "As many requests of the key are sending their content as may at a time. Send fewer at once, or send them faster.");
    }

    public static void Leave(IncomingCall call)
    {
        if (call.Slots is not { } slots) return;
        call.Slots = null;
        Interlocked.Decrement(ref slots.Taken);
    }

    // More than may be under way at a time would be refused when they are read.
    private long MostOf(IncomingCall call)
    {
        long fewest = most;
        // What one user may have under way is no bound for all whom a key acts for.
        if (call.IsForAnother) return fewest;
        foreach (var limit in call.Limits.All)
        {
            if (limit.Dimension == Dimension.ConcurrentCalls && LimitRefusal.IsOwn(limit.Scope)) fewest = Math.Min(fewest, limit.Cap);
        }

        return fewest;
    }

    internal sealed class Slots
    {
        public int Taken;
    }
}
