using SafeLlm.Alerts;

namespace SafeLlm.Limits.InMemory;

/// <summary>All counters, cut into stripes. An operation enters the stripes of its scopes together, so it sees and changes all of them or none.</summary>
internal sealed class CounterTable(InMemoryAlertOutbox? outbox)
{
    private readonly CounterStripe[] stripes = [.. Enumerable.Range(0, StripeSet.Stripes).Select(index => new CounterStripe((byte)index))];

    /// <summary>Where soft limits that a charge reaches are recorded, with the gates of its counters entered.</summary>
    public InMemoryAlertOutbox? Outbox => outbox;

    public int Count => stripes.Sum(stripe => stripe.Count);

    /// <summary>Takes the amounts at every limit or at none. Null where all had room; then <paramref name="shares"/> is filled.</summary>
    public List<LimitDenial>? TryTake(ReadOnlySpan<Limit> limits, in Amounts amounts, long now, Span<Share> shares)
    {
        var asked = new AmountTable(amounts);
        if (limits.Length > 0 && limits[0].LastCounter?.Home is { } home && IsOurs(home))
        {
            home.Enter();
            try
            {
                if (TryTakeThere(home, limits, asked, now, shares))
                {
                    return null;
                }
            }
            finally
            {
                home.Exit();
            }
        }

        return TryTakeAnywhere(limits, asked, now, shares);
    }

    // What nearly every hold is: all counters behind one gate, and room at each. Whatever else there is, is found out anew.
    private static bool TryTakeThere(CounterStripe entered, ReadOnlySpan<Limit> limits, in AmountTable asked, long now, Span<Share> shares)
    {
        shares = shares[..limits.Length];
        for (var i = 0; i < limits.Length; i++)
        {
            var limit = limits[i];
            if (limit.LastCounter is not { } counter || counter.Home != entered || counter.IsDropped)
            {
                return false;
            }

            counter.Advance(now);
            var amount = asked.In(limit.Dimension);
            if (amount > limit.Cap - counter.Spent - counter.Held)
            {
                return false;
            }

            ref var share = ref shares[i];
            share.Counter = counter;
            share.Slot = counter.Slot;
            share.Held = amount;
        }

        for (var i = 0; i < limits.Length; i++)
        {
            shares[i].Counter.Hold(limits[i], shares[i].Held);
        }

        return true;
    }

    private List<LimitDenial>? TryTakeAnywhere(ReadOnlySpan<Limit> limits, in AmountTable asked, long now, Span<Share> shares)
    {
        if (TryRecall(limits, out var needed))
        {
            needed.Enter(stripes);
            try
            {
                if (TryRecall(limits, needed, shares))
                {
                    return Decide(limits, default, asked, now, shares);
                }
            }
            finally
            {
                needed.Exit(stripes);
            }
        }

        Span<uint> hashes = limits.Length <= 32 ? stackalloc uint[limits.Length] : new uint[limits.Length];
        needed = StripesOf(limits, hashes);
        needed.Enter(stripes);
        try
        {
            for (var i = 0; i < limits.Length; i++)
            {
                shares[i].Counter = stripes[Stripe(hashes[i])].Find(hashes[i], limits[i])!;
            }

            return Decide(limits, hashes, asked, now, shares);
        }
        finally
        {
            needed.Exit(stripes);
        }
    }

    /// <summary>Visits the counters of a hold, all of them entered and brought up to now.</summary>
    public void Visit<T>(ReadOnlySpan<Share> shares, long now, ref T visitor)
        where T : struct, IShareVisitor
    {
        if (shares.IsEmpty)
        {
            return;
        }

        var home = shares[0].Counter.Home;
        var isOne = true;
        foreach (ref readonly var share in shares)
        {
            isOne &= share.Counter.Home == home;
        }

        if (isOne)
        {
            home.Enter();
            try
            {
                VisitAll(shares, now, ref visitor);
            }
            finally
            {
                home.Exit();
            }

            return;
        }

        var needed = default(StripeSet);
        foreach (ref readonly var share in shares)
        {
            needed.Add(share.Counter.Home.Index);
        }

        needed.Enter(stripes);
        try
        {
            VisitAll(shares, now, ref visitor);
        }
        finally
        {
            needed.Exit(stripes);
        }
    }

    /// <summary>How full the limits are, all at one instant.</summary>
    public LimitState[] Read(ReadOnlySpan<Limit> limits, long now)
    {
        var states = new LimitState[limits.Length];
        if (limits.Length > 0 && limits[0].LastCounter?.Home is { } home && IsOurs(home))
        {
            home.Enter();
            try
            {
                if (TryReadThere(home, limits, states, now))
                {
                    return states;
                }
            }
            finally
            {
                home.Exit();
            }
        }

        Span<uint> hashes = limits.Length <= 32 ? stackalloc uint[limits.Length] : new uint[limits.Length];
        var needed = StripesOf(limits, hashes);
        needed.Enter(stripes);
        try
        {
            for (var i = 0; i < limits.Length; i++)
            {
                states[i] = StateOf(limits[i], stripes[Stripe(hashes[i])].Find(hashes[i], limits[i]), now);
            }

            return states;
        }
        finally
        {
            needed.Exit(stripes);
        }
    }

    // As with a hold, nearly all reads are of counters behind one gate, where they were found before.
    private static bool TryReadThere(CounterStripe entered, ReadOnlySpan<Limit> limits, LimitState[] states, long now)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            if (limits[i].LastCounter is not { } counter || counter.Home != entered || counter.IsDropped)
            {
                return false;
            }

            states[i] = StateOf(limits[i], counter, now);
        }

        return true;
    }

    private static LimitState StateOf(Limit limit, Counter? counter, long now)
    {
        counter?.Advance(now);
        var resetsAt = counter is not null ? counter.ResetsAt
            : limit.Window is CalendarWindow window ? window.SpanAt(new DateTimeOffset(now, TimeSpan.Zero)).End
            : (DateTimeOffset?)null;
        var state = new LimitState(limit, counter?.Spent ?? 0, counter?.Held ?? 0, resetsAt);
        return state.Free == 0 && counter is not null ? state with { RoomAt = counter.RoomAt(1, limit.Cap) } : state;
    }

    /// <summary>Every counter that counts something, one stripe after another: no call waits for more than a stripe.</summary>
    public List<CounterState> ReadAll(long now)
    {
        List<CounterState> states = [];
        foreach (var stripe in stripes)
        {
            stripe.Enter();
            try
            {
                foreach (var counter in stripe.All)
                {
                    counter.Advance(now);
                    if (counter.Spent + counter.Held > 0) states.Add(counter.State);
                }
            }
            finally
            {
                stripe.Exit();
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
            stripe.Enter();
            try
            {
                budget -= stripe.Count + 16;
                stripe.DropIdle(now);
            }
            finally
            {
                stripe.Exit();
            }
        }

        return from == stripes.Length ? 0 : from;
    }

    /// <summary>Where the limits were counted last, if that was here: then nothing need be looked for.</summary>
    private bool TryRecall(ReadOnlySpan<Limit> limits, out StripeSet needed)
    {
        needed = default;
        foreach (var limit in limits)
        {
            if (limit.LastCounter?.Home is not { } home || !IsOurs(home))
            {
                return false;
            }

            needed.Add(home.Index);
        }

        return true;
    }

    // With those stripes entered. Meanwhile another thread may have used the limit with another ledger.
    private bool TryRecall(ReadOnlySpan<Limit> limits, in StripeSet entered, Span<Share> shares)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            var counter = limits[i].LastCounter!;
            if (counter.IsDropped || !IsOurs(counter.Home) || !entered.Contains(counter.Home.Index))
            {
                return false;
            }

            shares[i].Counter = counter;
        }

        return true;
    }

    private bool IsOurs(CounterStripe stripe) => stripes[stripe.Index] == stripe;

    // With all stripes entered. The shares name the counters that there are; hashes are needed for those that there are not.
    private List<LimitDenial>? Decide(ReadOnlySpan<Limit> limits, ReadOnlySpan<uint> hashes, in AmountTable asked, long now, Span<Share> shares)
    {
        List<LimitDenial>? denials = null;
        for (var i = 0; i < limits.Length; i++)
        {
            var limit = limits[i];
            ref var share = ref shares[i];
            share.Held = asked.In(limit.Dimension);
            var (spent, held) = (0L, 0L);
            if (share.Counter is { } counter)
            {
                counter.Advance(now);
                (spent, held) = (counter.Spent, counter.Held);
            }

            if (share.Held > limit.Cap - spent - held)
            {
                (denials ??= []).Add(new LimitDenial(limit, share.Held, spent, held, share.Counter?.RoomAt(share.Held, limit.Cap)));
            }
        }

        if (denials is null)
        {
            Take(limits, hashes, now, shares);
        }

        return denials;
    }

    private void Take(ReadOnlySpan<Limit> limits, ReadOnlySpan<uint> hashes, long now, Span<Share> shares)
    {
        for (var i = 0; i < limits.Length; i++)
        {
            var limit = limits[i];
            ref var share = ref shares[i];
            if (share.Counter is null)
            {
                share.Counter = stripes[Stripe(hashes[i])].Add(hashes[i], limit);
                share.Counter.Advance(now);
            }

            if (limit.LastCounter != share.Counter)
            {
                limit.LastCounter = share.Counter;
            }

            share.Slot = share.Counter.Slot;
            share.Counter.Hold(limit, share.Held);
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

    private static void VisitAll<T>(ReadOnlySpan<Share> shares, long now, ref T visitor)
        where T : struct, IShareVisitor
    {
        foreach (ref readonly var share in shares)
        {
            share.Counter.Advance(now);
            visitor.At(share);
        }
    }

    private static byte Stripe(uint hash) => (byte)(hash >> 24);
}
