namespace SafeLlm.Limits.InMemory;

/// <summary>
/// All holds, cut into shards, over the counters. Every operation takes the lock of one shard and then those of the counters
/// it needs, lowest first: nothing can wait in a circle. Instants are ticks of UTC.
/// </summary>
internal sealed class HoldTable(CounterTable counters)
{
    private const int Shards = 64;
    private static readonly long LateSettle = TimeSpan.FromHours(24).Ticks;
    private static readonly Amounts Nothing = new(0, 0, default, 0);
    private readonly HoldShard[] shards = [.. Enumerable.Range(0, Shards).Select(_ => new HoldShard())];

    public HoldResult Take(HoldRequest request, ReadOnlySpan<Limit> limits, long now)
    {
        var hash = IdHash.Of(request.OperationId);
        var shard = Shard(hash);
        lock (shard.Gate)
        {
            if (shard.Find(hash, request.OperationId) is { } known)
            {
                return known.Phase == HoldPhase.Open ? new HoldResult(HoldOutcome.Held) { Hold = known.Hold } : new HoldResult(HoldOutcome.Closed);
            }

            if (shard.Closed.Find(hash) != ClosedState.None)
            {
                return new HoldResult(HoldOutcome.Closed);
            }

            var shares = new Share[limits.Length];
            if (counters.TryTake(limits, request.Amounts, now, shares) is { } denials)
            {
                return new HoldResult(HoldOutcome.Denied) { Denials = denials };
            }

            var hold = new Hold(request.OperationId, request.Amounts, new DateTimeOffset(now, TimeSpan.Zero), new DateTimeOffset(now + request.Lease.Ticks, TimeSpan.Zero));
            shard.Add(new HoldEntry((uint)hash.High, hold, request.OnLeaseEnd, shares));
            return new HoldResult(HoldOutcome.Held) { Hold = hold };
        }
    }

    public SettleResult Settle(string id, in Amounts actual, long now)
    {
        var hash = IdHash.Of(id);
        var shard = Shard(hash);
        lock (shard.Gate)
        {
            if (shard.Find(hash, id) is not { } entry)
            {
                var closed = shard.Closed.Find(hash);
                return closed.HasFlag(ClosedState.Settled)
                    ? new SettleResult(true, closed.HasFlag(ClosedState.Overrun), closed.HasFlag(ClosedState.Late))
                    : default;
            }

            var late = entry.Phase != HoldPhase.Open;
            var closing = Close(shard, entry, actual, now);
            var state = ClosedState.Settled | (closing.IsOverrun ? ClosedState.Overrun : 0) | (late ? ClosedState.Late : 0);
            shard.Closed.Add(hash, state, now);
            return new SettleResult(true, closing.IsOverrun, late) { HasAlerts = closing.HasAlerts };
        }
    }

    public bool Release(string id, long now)
    {
        var hash = IdHash.Of(id);
        var shard = Shard(hash);
        lock (shard.Gate)
        {
            if (shard.Find(hash, id) is not { } entry)
            {
                return shard.Closed.Find(hash) == ClosedState.Released;
            }

            Close(shard, entry, Nothing, now);
            shard.Closed.Add(hash, ClosedState.Released, now);
            return true;
        }
    }

    public bool Extend(string id, TimeSpan lease, long now)
    {
        var hash = IdHash.Of(id);
        var shard = Shard(hash);
        lock (shard.Gate)
        {
            if (shard.Find(hash, id) is not { Phase: HoldPhase.Open } entry)
            {
                return false;
            }

            shard.Extend(entry, Math.Max(entry.Due, now + lease.Ticks));
            return true;
        }
    }

    public int CountOpen()
    {
        var open = 0;
        foreach (var shard in shards)
        {
            lock (shard.Gate)
            {
                open += shard.OpenCount;
            }
        }

        return open;
    }

    public List<OpenHold> ReadOpen()
    {
        List<OpenHold> open = [];
        foreach (var shard in shards)
        {
            lock (shard.Gate)
            {
                open.AddRange(shard.All
                    .Where(entry => entry.Phase == HoldPhase.Open)
                    .Select(entry => new OpenHold(entry.Hold, entry.OnLeaseEnd, [.. entry.Shares.Select(share => share.Counter.Scope).Distinct(StringComparer.Ordinal)])));
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
            lock (shard.Gate)
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
        }

        return next;
    }

    /// <summary>Drops old ids and, after the clock stepped back, waits that no clock that ran on could have asked for.</summary>
    public void Trim(long now)
    {
        foreach (var shard in shards)
        {
            lock (shard.Gate)
            {
                shard.Closed.Trim(now);
                shard.Clamp(now + LateSettle + HoldRequest.LongestLease.Ticks);
            }
        }
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
    }

    private Closing Close(HoldShard shard, HoldEntry entry, in Amounts actual, long now)
    {
        var closing = new Closing(entry, actual, now, counters.Outbox);
        counters.Visit(entry.Shares, now, ref closing);
        shard.Remove(entry);
        return closing;
    }

    private HoldShard Shard(IdHash hash) => shards[hash.High >> 58];
}
