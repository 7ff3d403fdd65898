using System.Numerics;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// All holds, cut into shards, over the counters. Every operation enters one shard and then the stripes of the counters it
/// needs, lowest first: nothing can wait in a circle. Instants are ticks of UTC.
/// </summary>
internal sealed class HoldTable
{
    // Enough that threads seldom meet, and few enough to stay near the processor.
    private static readonly int Shards = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(8 * Environment.ProcessorCount, 16, 256));
    private static readonly long LateSettle = TimeSpan.FromHours(24).Ticks;
    private static readonly Amounts Nothing = new(0, 0, default, 0);
    private readonly CounterTable counters;
    private readonly HoldShard[] shards;
    private readonly ClosedPlaces[] places;

    public HoldTable(CounterTable counters)
    {
        this.counters = counters;
        shards = [.. Enumerable.Range(0, Shards).Select(_ => new HoldShard())];
        places = [.. shards.Select(shard => shard.Closed.Places)];
    }

    /// <summary>Stands for an id, and asks the processor to bring what will be looked at for it; meanwhile the caller reads the clock.</summary>
    public IdHash Expect(string id)
    {
        var hash = IdHash.Of(id);
        places[Number(hash)].Expect(hash);
        return hash;
    }

    public HoldResult Take(HoldRequest request, IdHash hash, ReadOnlySpan<Limit> limits, long now)
    {
        var shard = Shard(hash);
        shard.Enter();
        try
        {
            if (shard.Find(hash, request.OperationId) is { } known)
            {
                return known.Phase == HoldPhase.Open ? new HoldResult(HoldOutcome.Held) { Hold = known.Hold } : new HoldResult(HoldOutcome.Closed);
            }

            if (shard.Closed.Find(hash) != ClosedState.None)
            {
                return new HoldResult(HoldOutcome.Closed);
            }

            var entry = SpareEntries.Rent(limits.Length);
            if (counters.TryTake(limits, request.Amounts, now, entry.Shares) is { } denials)
            {
                SpareEntries.Return(entry);
                return new HoldResult(HoldOutcome.Denied) { Denials = denials };
            }

            var leaseEnds = now + request.Lease.Ticks;
            var hold = new Hold(request.OperationId, request.Amounts, now, leaseEnds);
            entry.Begin((uint)hash.High, hold, leaseEnds, request.OnLeaseEnd);
            shard.Add(entry);
            return new HoldResult(HoldOutcome.Held) { Hold = hold };
        }
        finally
        {
            shard.Exit();
        }
    }

    public SettleResult Settle(string id, IdHash hash, in Amounts actual, long now)
    {
        var shard = Shard(hash);
        shard.Enter();
        try
        {
            if (shard.Find(hash, id) is not { } entry)
            {
                var closed = shard.Closed.Find(hash);
                return closed.HasFlag(ClosedState.Settled)
                    ? new SettleResult(true, closed.HasFlag(ClosedState.Overrun), closed.HasFlag(ClosedState.Late))
                    : default;
            }

            var late = entry.Phase != HoldPhase.Open;
            var closing = new Closing(entry.Phase, actual, now, counters.Outbox);
            Close(shard, entry, ref closing, now);
            var state = ClosedState.Settled | (closing.IsOverrun ? ClosedState.Overrun : 0) | (late ? ClosedState.Late : 0);
            shard.Closed.Add(hash, state, now);
            return new SettleResult(true, closing.IsOverrun, late) { HasAlerts = closing.HasAlerts };
        }
        finally
        {
            shard.Exit();
        }
    }

    public bool Release(string id, IdHash hash, long now)
    {
        var shard = Shard(hash);
        shard.Enter();
        try
        {
            if (shard.Find(hash, id) is not { } entry)
            {
                return shard.Closed.Find(hash) == ClosedState.Released;
            }

            var closing = new Closing(entry.Phase, Nothing, now, counters.Outbox);
            Close(shard, entry, ref closing, now);
            shard.Closed.Add(hash, ClosedState.Released, now);
            return true;
        }
        finally
        {
            shard.Exit();
        }
    }

    public bool Extend(string id, IdHash hash, TimeSpan lease, long now)
    {
        var shard = Shard(hash);
        shard.Enter();
        try
        {
            if (shard.Find(hash, id) is not { Phase: HoldPhase.Open } entry)
            {
                return false;
            }

            shard.Extend(entry, Math.Max(entry.Due, now + lease.Ticks));
            return true;
        }
        finally
        {
            shard.Exit();
        }
    }

    public int CountOpen()
    {
        var open = 0;
        foreach (var shard in shards)
        {
            shard.Enter();
            try
            {
                open += shard.OpenCount;
            }
            finally
            {
                shard.Exit();
            }
        }

        return open;
    }

    public List<OpenHold> ReadOpen()
    {
        List<OpenHold> open = [];
        foreach (var shard in shards)
        {
            shard.Enter();
            try
            {
                open.AddRange(shard.All.Where(entry => entry.Phase == HoldPhase.Open).Select(entry => new OpenHold(entry.Hold, entry.OnLeaseEnd, ScopesOf(entry))));
            }
            finally
            {
                shard.Exit();
            }
        }

        return open;
    }

    /// <summary>Closes every hold whose lease has ended and forgets what can no longer be corrected. When the next one is due.</summary>
    public long EndLeases(long now)
    {
        var next = long.MaxValue;
        foreach (var shard in shards)
        {
            shard.Enter();
            try
            {
                while (shard.NextDue(now) is { } entry)
                {
                    if (entry.Phase == HoldPhase.Open)
                    {
                        EndLease(shard, entry, now);
                    }
                    else
                    {
                        Forget(shard, entry, now);
                    }
                }

                next = Math.Min(next, shard.EarliestDue);
            }
            finally
            {
                shard.Exit();
            }
        }

        return next;
    }

    /// <summary>Drops old ids and, after the clock stepped back, waits that no clock that ran on could have asked for.</summary>
    public void Trim(long now)
    {
        foreach (var shard in shards)
        {
            shard.Enter();
            try
            {
                shard.Closed.Trim(now);
                shard.Clamp(now + LateSettle + HoldRequest.LongestLease.Ticks);
            }
            finally
            {
                shard.Exit();
            }
        }
    }

    private static List<string> ScopesOf(HoldEntry entry)
    {
        List<string> scopes = [];
        foreach (ref readonly var share in entry.Shares)
        {
            if (!scopes.Contains(share.Counter.Scope)) scopes.Add(share.Counter.Scope);
        }

        return scopes;
    }

    private void EndLease(HoldShard shard, HoldEntry entry, long now)
    {
        var ending = new LeaseEnding(entry, now, counters.Outbox);
        counters.Visit(entry.Shares, now, ref ending);
        shard.EndLease(entry, entry.OnLeaseEnd == LeaseEnd.Charge ? HoldPhase.Charged : HoldPhase.Released, entry.Due + LateSettle);
    }

    private void Forget(HoldShard shard, HoldEntry entry, long now)
    {
        var forgetting = default(Forgetting);
        counters.Visit(entry.Shares, now, ref forgetting);
        shard.Remove(entry);
        SpareEntries.Return(entry);
    }

    private void Close(HoldShard shard, HoldEntry entry, ref Closing closing, long now)
    {
        counters.Visit(entry.Shares, now, ref closing);
        shard.Remove(entry);
        SpareEntries.Return(entry);
    }

    private HoldShard Shard(IdHash hash) => shards[Number(hash)];

    private static int Number(IdHash hash) => (int)(hash.High >> 56) & (Shards - 1);
}
