using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Sqlite.Alerts;
using SafeLlm.Sqlite.Journal;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>Closes holds at their counters and records what soft limits that reaches, all in the writer's transaction.</summary>
internal sealed class HoldClosing(CounterRows counters, HoldRows holds, AlertRows alerts, JournalRows journal)
{
    private static readonly long LateSettle = TimeSpan.FromHours(24).Ticks;

    /// <summary>What was held is replaced where it was taken; what is more belongs to now.</summary>
    /// <exception cref="SqliteStoreException">The window of one of its counters is not known here.</exception>
    public (bool IsOverrun, bool HasAlerts) ByOwner(StoredHold hold, Amounts actual, long now)
    {
        var isOpen = hold.Phase == HoldPhases.Open;
        var (overrun, told) = (false, false);
        foreach (var (counter, slot) in Counters(hold, now))
        {
            counter.Holds--;
            var dimension = counter.Key.Dimension;
            var held = hold.Amounts.In(dimension);
            if (dimension == Dimension.ConcurrentCalls)
            {
                if (isOpen)
                {
                    counter.Close(slot, held, 0);
                }

                continue;
            }

            var used = actual.In(dimension);
            var covered = isOpen ? held : hold.Charged.In(dimension);
            if (isOpen)
            {
                counter.Close(slot, held, Math.Min(used, held));
                told |= Tell(counter, slot, Math.Min(used, held), now);
            }
            else
            {
                counter.Correct(slot, covered - Math.Min(used, covered));
            }

            if (used > covered)
            {
                counter.Charge(counter.Slot, used - covered);
                told |= Tell(counter, counter.Slot, used - covered, now);
                overrun = true;
            }
        }

        return (overrun, told);
    }

    /// <summary>The lease has ended; or it had, and the day in which a late settle corrects it is over. False where the window of one of its counters is not known here; then nothing is changed.</summary>
    public bool ByTime(StoredHold hold, long now)
    {
        if (Array.Exists(hold.Shares, share => !counters.TryFind(share.Counter, out _)))
        {
            return false;
        }

        if (hold.Phase != HoldPhases.Open)
        {
            foreach (var (counter, _) in Counters(hold, now))
            {
                counter.Holds--;
            }

            holds.Remove(hold.Id);
            return true;
        }

        var charge = hold.OnLeaseEnd == LeaseEnd.Charge;
        var scopes = new List<string>();
        foreach (var (counter, slot) in Counters(hold, now))
        {
            var held = hold.Amounts.In(counter.Key.Dimension);
            counter.Close(slot, held, charge ? held : 0);
            _ = Tell(counter, slot, charge ? held : 0, now);

            if (!scopes.Contains(counter.Key.Scope, StringComparer.Ordinal))
            {
                scopes.Add(counter.Key.Scope);
            }
        }

        var closed = hold with { Phase = charge ? HoldPhases.Charged : HoldPhases.Released };
        holds.Reschedule(hold.Id, closed.Phase, hold.Due + LateSettle);
        _ = journal.Append(
            new JournalEntry
            {
                Id = hold.Id,
                At = new DateTimeOffset(hold.Due, TimeSpan.Zero),
                Outcome = JournalOutcome.LeaseEnded,
                Scopes = scopes,
                Quoted = hold.Amounts,
                Actual = closed.Charged,
            },
            now);
        return true;
    }

    private IEnumerable<(StoredCounter Counter, long Slot)> Counters(StoredHold hold, long now)
    {
        foreach (var share in hold.Shares)
        {
            if (!counters.TryFind(share.Counter, out var counter))
            {
                throw counters.Unknown(share.Counter);
            }

            if (counter is not null)
            {
                counter.Advance(now);
                counters.Changed(counter);
                yield return (counter, share.Slot);
            }
        }
    }

    private bool Tell(StoredCounter counter, long slot, long charged, long now)
    {
        if (charged == 0 || counter.SoftLimits.Count == 0 || counter.RunOf(slot, now) is not { } run)
        {
            return false;
        }

        var reached = counter.SoftLimits.Reached(run.Spent, counter.CapInForce);
        if (reached <= run.Told)
        {
            return false;
        }

        var limit = Limit.Of(counter.Key.Scope, counter.Key.Dimension, counter.Key.Window, counter.CapInForce);
        var isNew = false;
        foreach (var soft in counter.SoftLimits)
        {
            if (soft.Percent > run.Told && soft.Percent <= reached)
            {
                isNew |= alerts.Record(Alert.OfShare(limit, soft, new DateTimeOffset(run.Start, TimeSpan.Zero), run.Spent, new DateTimeOffset(now, TimeSpan.Zero)), now);
            }
        }

        counter.Tell(slot, reached);
        return isNew;
    }
}
