using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>The operations of the ledger, inside the writer's transaction. Instants are ticks of UTC.</summary>
internal sealed class LedgerBook(CounterRows counters, HoldRows holds, HoldClosing closing)
{
    private static readonly long LateSettle = TimeSpan.FromHours(24).Ticks;

    // A little longer than a late settle may come, so that whoever asks at the last moment is answered alike.
    private static readonly long Remembered = LateSettle + TimeSpan.FromMinutes(15).Ticks;
    private static readonly Amounts Nothing = new(0, 0, default, 0);

    public HoldResult Take(HoldRequest request, long now)
    {
        var limits = request.Limits;
        var found = new StoredCounter?[limits.Count];
        List<LimitDenial>? denials = null;
        for (var i = 0; i < found.Length; i++)
        {
            var counter = found[i] = counters.Find(CounterKey.Of(limits[i]));
            counter?.Advance(now);
            var limit = InForce(limits[i], counter);
            var asked = request.Amounts.In(limit.Dimension);
            var (spent, held) = counter is null ? (0, 0) : (counter.Spent, counter.Held);
            if (asked > limit.Cap - spent - held)
            {
                (denials ??= []).Add(new LimitDenial(limit, asked, spent, held, counter?.RoomAt(asked, limit.Cap)));
            }
        }

        if (denials is not null)
        {
            return holds.Find(request.OperationId) is { } earlier ? Known(earlier) : new HoldResult(HoldOutcome.Denied) { Denials = denials };
        }

        var shares = new StoredShare[found.Length];
        for (var i = 0; i < shares.Length; i++)
        {
            if (found[i] is null)
            {
                found[i] = counters.Add(CounterKey.Of(limits[i]));
                found[i]!.Advance(now);
            }

            shares[i] = new StoredShare(found[i]!.Id, found[i]!.Slot);
        }

        var hold = new StoredHold(request.OperationId, HoldPhases.Open, request.Amounts, now, now + request.Lease.Ticks, request.OnLeaseEnd, shares);
        if (!holds.TryAdd(hold))
        {
            return Known(holds.Find(request.OperationId)!);
        }

        for (var i = 0; i < found.Length; i++)
        {
            var counter = found[i]!;
            counter.Hold(request.Amounts.In(limits[i].Dimension));
            counter.Holds++;
            counter.Cap = limits[i].Cap;
            counter.SoftLimits = limits[i].SoftLimits;
            counters.Changed(counter);
        }

        return new HoldResult(HoldOutcome.Held) { Hold = hold.ToHold() };
    }

    public SettleResult Settle(string id, Amounts actual, long now)
    {
        if (holds.Find(id) is not { } hold)
        {
            return default;
        }

        if (hold.Phase.HasFlag(HoldPhases.Closed))
        {
            return hold.Phase.HasFlag(HoldPhases.Settled)
                ? new SettleResult(true, hold.Phase.HasFlag(HoldPhases.Overrun), hold.Phase.HasFlag(HoldPhases.Late))
                : default;
        }

        var late = hold.Phase != HoldPhases.Open;
        var (overrun, alerts) = closing.ByOwner(hold, actual, now);
        holds.Close(hold, HoldPhases.Settled | (overrun ? HoldPhases.Overrun : 0) | (late ? HoldPhases.Late : 0), now + Remembered);
        return new SettleResult(true, overrun, late) { HasAlerts = alerts };
    }

    public bool Release(string id, long now)
    {
        if (holds.Find(id) is not { } hold)
        {
            return false;
        }

        if (hold.Phase.HasFlag(HoldPhases.Closed))
        {
            return hold.Phase.HasFlag(HoldPhases.GivenBack);
        }

        _ = closing.ByOwner(hold, Nothing, now);
        holds.Close(hold, HoldPhases.GivenBack, now + Remembered);
        return true;
    }

    public bool Extend(string id, TimeSpan lease, long now)
    {
        if (holds.Find(id) is not { Phase: HoldPhases.Open } hold)
        {
            return false;
        }

        if (now + lease.Ticks > hold.Due)
        {
            holds.Reschedule(id, HoldPhases.Open, now + lease.Ticks);
        }

        return true;
    }

    /// <summary>Forgets what is spent in the present window of a counter. What it was; null where nothing counts.</summary>
    public long? Reset(CounterKey key, long now)
    {
        if (counters.Find(key) is not { } counter)
        {
            return null;
        }

        counter.Advance(now);
        var spent = counter.Spent;
        counter.Clear();
        counters.Changed(counter);
        holds.ClearCharges(counter);
        return spent;
    }

    public LimitState[] Read(IReadOnlyList<Limit> limits, long now)
    {
        var states = new LimitState[limits.Count];
        for (var i = 0; i < states.Length; i++)
        {
            var counter = counters.Find(CounterKey.Of(limits[i]));
            counter?.Advance(now);
            var limit = InForce(limits[i], counter);
            var resetsAt = counter is not null ? counter.ResetsAt
                : limit.Window is CalendarWindow window ? window.SpanAt(new DateTimeOffset(now, TimeSpan.Zero)).End
                : (DateTimeOffset?)null;
            var state = new LimitState(limit, counter?.Spent ?? 0, counter?.Held ?? 0, resetsAt);
            states[i] = state.Free == 0 && counter is not null ? state with { RoomAt = counter.RoomAt(1, limit.Cap) } : state;
        }

        return states;
    }

    private static Limit InForce(Limit limit, StoredCounter? counter) =>
        counter?.OperatorCap is { } cap && cap != limit.Cap ? limit.WithCap(cap) : limit;

    private static HoldResult Known(StoredHold hold) =>
        hold.Phase == HoldPhases.Open ? new HoldResult(HoldOutcome.Held) { Hold = hold.ToHold() } : new HoldResult(HoldOutcome.Closed);
}
