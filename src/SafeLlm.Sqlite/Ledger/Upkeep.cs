using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// What time alone changes: leases end, old ids and idle counters go. There is no timer; whoever uses the ledger does first
/// what is due. Instants are ticks of UTC.
/// </summary>
internal sealed class Upkeep(CounterRows counters, HoldRows holds, HoldClosing closing)
{
    private const int RowsATime = 500;
    private static readonly long Interval = TimeSpan.FromMinutes(1).Ticks;
    private static readonly long LongestWait = TimeSpan.FromHours(24).Ticks + HoldRequest.LongestLease.Ticks;

    private long dropNext;
    private long clampNext;
    private long dropFrom;
    private int windows;

    public void Touch(long now)
    {
        if (windows != KnownWindows.Count)
        {
            windows = KnownWindows.Count;
            holds.LookAgain();
        }

        while (holds.EarliestDue <= now)
        {
            foreach (var hold in holds.ReadDue(now, RowsATime))
            {
                if (!closing.ByTime(hold, now))
                {
                    holds.Leave(hold);
                }
            }
        }

        // A next time that is too far away means that the clock stepped back.
        if (now >= dropNext || dropNext > now + Interval)
        {
            // Also what became due again before a hold that was left, and was passed over with it.
            holds.LookAgain();
            var more = holds.DropClosed(now, RowsATime);
            dropFrom = counters.DropLapsed(dropFrom, RowsATime, now);
            dropNext = more || dropFrom != 0 ? now : now + Interval;
        }

        if (now >= clampNext || clampNext > now + (60 * Interval))
        {
            holds.Clamp(now + LongestWait);
            clampNext = now + (60 * Interval);
        }
    }
}
