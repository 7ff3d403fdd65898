using SafeLlm.Alerts;

namespace SafeLlm.Limits.InMemory;

/// <summary>All counters, cut into stripes. An operation enters the stripes of its scopes together, so it sees and changes all of them or none.</summary>
internal sealed class CounterTable(InMemoryAlertOutbox? outbox)
{
    private readonly CounterStripe[] stripes = [.. Enumerable.Range(0, StripeSet.Stripes).Select(_ => new CounterStripe())];

    /// <summary>Where soft limits that a charge reaches are recorded, under the locks of its counters.</summary>
    public InMemoryAlertOutbox? Outbox => outbox;

    public int Count => stripes.Sum(stripe => stripe.Count);

    /// <summary>Takes the amounts at every limit or at none. Null where all had room; then <paramref name="shares"/> is filled.</summary>
    public List<LimitDenial>? TryTake(ReadOnlySpan<Limit> limits, in Amounts amounts, long now, Share[] shares)
    {
        Span<uint> hashes = limits.Length <= 32 ? stackalloc uint[limits.Length] : new uint[limits.Length];
        var needed = StripesOf(limits, hashes);
        needed.Enter(stripes);
        try
        {
            List<LimitDenial>? denials = null;
            for (var i = 0; i < limits.Length; i++)
            {
                var limit = limits[i];
                var asked = amounts.In(limit.Dimension);
                var counter = stripes[Stripe(hashes[i])].Find(hashes[i], limit);
                counter?.Advance(now);
                var (spent, held) = counter is null ? (0, 0) : (counter.Spent, counter.Held);
                if (asked > limit.Cap - spent - held)
                {
                    (denials ??= []).Add(new LimitDenial(limit, asked, spent, held, counter?.RoomAt(asked, limit.Cap)));
                }

                shares[i] = new Share(counter!, 0);
            }

            if (denials is null)
            {
                Take(limits, hashes, amounts, now, shares);
            }

            return denials;
        }
        finally
        {
            needed.Exit(stripes);
        }
    }

    /// <summary>Visits the counters of a hold, all of them entered and brought up to now.</summary>
    public void Visit<T>(Share[] shares, long now, ref T visitor)
        where T : struct, IShareVisitor
    {
        var needed = default(StripeSet);
        foreach (ref readonly var share in shares.AsSpan())
        {
            needed.Add(share.Counter.Stripe);
        }

        needed.Enter(stripes);
        try
        {
            foreach (ref readonly var share in shares.AsSpan())
            {
                share.Counter.Advance(now);
                visitor.At(share);
            }
        }
        finally
        {
            needed.Exit(stripes);
        }
    }

    /// <summary>How full the limits are, all at one instant.</summary>
    public LimitState[] Read(ReadOnlySpan<Limit> limits, long now)
    {
        Span<uint> hashes = limits.Length <= 32 ? stackalloc uint[limits.Length] : new uint[limits.Length];
        var needed = StripesOf(limits, hashes);
        var states = new LimitState[limits.Length];
        needed.Enter(stripes);
        try
        {
            for (var i = 0; i < limits.Length; i++)
            {
                var counter = stripes[Stripe(hashes[i])].Find(hashes[i], limits[i]);
                counter?.Advance(now);
                var resetsAt = counter is not null ? counter.ResetsAt
                    : limits[i].Window is CalendarWindow window ? window.SpanAt(new DateTimeOffset(now, TimeSpan.Zero)).End
                    : (DateTimeOffset?)null;
                var state = new LimitState(limits[i], counter?.Spent ?? 0, counter?.Held ?? 0, resetsAt);
                states[i] = state.Free == 0 && counter is not null ? state with { RoomAt = counter.RoomAt(1, limits[i].Cap) } : state;
            }

            return states;
        }
        finally
        {
            needed.Exit(stripes);
        }
    }

    /// <summary>Every counter that counts something, one stripe after another: no call waits for more than a stripe.</summary>
    public List<CounterState> ReadAll(long now)
    {
        List<CounterState> states = [];
        foreach (var stripe in stripes)
        {
            lock (stripe.Gate)
            {
                foreach (var counter in stripe.All)
                {
                    counter.Advance(now);
                    if (counter.Spent + counter.Held > 0) states.Add(counter.State);
                }
            }
        }

        return states;
    }

    /// <summary>Drops idle counters from some stripes, at least one and about <paramref name="budget"/> counters' worth. The stripe to go on with; 0 when all were seen.</summary>
    public int DropIdle(int from, int budget, long now)
    {
        while (from < stripes.Length && budget > 0)
        {
            var stripe = stripes[from++];
            lock (stripe.Gate)
            {
                budget -= stripe.Count + 16;
                stripe.DropIdle(now);
            }
        }

        return from == stripes.Length ? 0 : from;
    }

    private void Take(ReadOnlySpan<Limit> limits, ReadOnlySpan<uint> hashes, in Amounts amounts, long now, Share[] shares)
    {
        for (var i = 0; i < shares.Length; i++)
        {
            var counter = shares[i].Counter;
            if (counter is null)
            {
                var stripe = Stripe(hashes[i]);
                counter = stripes[stripe].Add(hashes[i], stripe, limits[i]);
                counter.Advance(now);
            }

            counter.Hold(limits[i], amounts.In(counter.Dimension));
            shares[i] = new Share(counter, counter.Slot);
        }
    }

    private static StripeSet StripesOf(ReadOnlySpan<Limit> limits, Span<uint> hashes)
    {
        var needed = default(StripeSet);
        for (var i = 0; i < limits.Length; i++)
        {
            // Neighbours often share their scope: the same string then needs no second hash.
            hashes[i] = i > 0 && ReferenceEquals(limits[i].Scope, limits[i - 1].Scope)
                ? hashes[i - 1]
                : (uint)limits[i].Scope.GetHashCode(StringComparison.Ordinal);
            needed.Add(Stripe(hashes[i]));
        }

        return needed;
    }

    private static byte Stripe(uint hash) => (byte)(hash >> 24);
}
