using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Ledgers;

/// <summary>
/// What a ledger is, as plainly as it can be said: a list of holds and a list of charges, each with its instant, and everything
/// worked out anew from them. No counters, no buckets that are kept, no locks.
/// </summary>
/// <remarks>
/// A store may forget what has left its window. Only a clock that steps back afterwards can tell, so there the specification
/// knows the least and the most that may count; everywhere else the two are one.
/// </remarks>
internal sealed class LedgerSpecification(Limit[] limits)
{
    private static readonly TimeSpan LateSettle = TimeSpan.FromHours(24);

    // Stores may remember ids by the quarter of an hour.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(20);

    private readonly Limit[] limits = limits;
    private readonly List<SpecifiedHold> holds = [];
    private readonly List<SpecifiedCharge> charges = [];
    private readonly Dictionary<int, long> toldCaps = [];
    private DateTimeOffset now;

    /// <summary>The latest instant at which anything was asked.</summary>
    public DateTimeOffset Latest { get; private set; } = DateTimeOffset.MinValue;

    /// <summary>Alerts that must have been recorded.</summary>
    public HashSet<string> MustTell { get; } = [];

    /// <summary>Alerts that may have been recorded.</summary>
    public HashSet<string> MayTell { get; } = [];

    public IReadOnlyList<SpecifiedHold> Holds => holds;

    public int OpenCount => holds.Count(hold => hold.IsOpen);

    /// <summary>Something is asked at an instant: leases that have ended are closed first, the earliest first.</summary>
    public void Touch(DateTimeOffset instant)
    {
        now = instant;
        Latest = now > Latest ? now : Latest;
        foreach (var hold in holds.Where(hold => hold.IsOpen && hold.LeaseEnds <= now).OrderBy(hold => hold.LeaseEnds).ToArray())
        {
            hold.IsOpen = false;
            hold.HasLeaseEnded = true;
            hold.ClosedAt = hold.LeaseEnds;
            if (hold.OnLeaseEnd == LeaseEnd.Release) continue;
            foreach (var limit in hold.Limits)
            {
                if (limits[limit].Window is null) continue;
                hold.LeaseCharges.Add(Charge(limit, hold.TakenAt, hold.Amounts.In(limits[limit].Dimension)));
            }
        }
    }

    /// <summary>Whether enough time has passed for a store to have forgotten an id, if it is asked at an instant.</summary>
    public bool MayBeForgotten(SpecifiedHold hold, DateTimeOffset instant)
    {
        var latest = instant > Latest ? instant : Latest;
        return hold.IsOpen
            ? hold.LeaseEnds <= instant && latest >= hold.LeaseEnds + LateSettle - Slack
            : latest >= hold.ClosedAt + LateSettle - Slack;
    }

    /// <summary>What counts at a limit: the least and the most that may be spent, and what is held.</summary>
    public (long Least, long Most, long Held) Usage(int limit) => Usage(limit, now);

    /// <summary>When there is room for an amount; false where the specification cannot say, as the clock stepped back.</summary>
    public bool TryRoomAt(int limit, long asked, out DateTimeOffset? room)
    {
        var (least, most, held) = Usage(limit);
        var cap = limits[limit].Cap;
        room = null;
        switch (limits[limit].Window)
        {
            case CalendarWindow calendar:
                room = asked <= cap ? calendar.SpanAt(now).End : null;
                return true;
            case RollingWindow rolling:
                if (asked > cap || held > cap - asked) return true;
                if (least != most || charges.Any(charge => charge.Limit == limit && charge.Amount > 0 && rolling.BucketAt(charge.At) > rolling.BucketAt(now))) return false;
                var missing = most - (cap - asked - held);
                foreach (var charge in charges.Where(charge => charge.Limit == limit && Counts(charge, now)).OrderBy(charge => charge.At))
                {
                    if (missing <= 0) break;
                    missing -= charge.Amount;
                    room = rolling.Leaves(rolling.BucketAt(charge.At));
                }

                return true;
            default:
                return true;
        }
    }

    public void Hold(SpecifiedHold hold)
    {
        holds.Add(hold);
        foreach (var limit in hold.Limits) toldCaps[limit] = limits[limit].Cap;
    }

    public SettleResult Settle(SpecifiedHold hold, Amounts actual)
    {
        if (hold.Settled is { } before) return before;
        if (hold.IsReleased) return default;

        var isLate = hold.HasLeaseEnded;
        var isOverrun = false;
        foreach (var limit in hold.Limits)
        {
            if (limits[limit].Window is null) continue;
            var used = actual.In(limits[limit].Dimension);
            var covered = hold.Amounts.In(limits[limit].Dimension);
            if (!isLate)
            {
                Charge(limit, hold.TakenAt, Math.Min(used, covered));
            }
            else
            {
                var charged = hold.LeaseCharges.Find(charge => charge.Limit == limit);
                covered = charged?.Amount ?? 0;
                charged?.Correct(Math.Min(used, covered), MayBeForgotten(charged));
            }

            if (used <= covered) continue;
            isOverrun = true;
            Charge(limit, now, used - covered);
        }

        hold.Settled = new SettleResult(true, isOverrun, isLate);
        Close(hold);
        return hold.Settled.Value;
    }

    public bool Release(SpecifiedHold hold)
    {
        if (hold.Settled is not null) return false;
        if (hold.IsReleased) return true;
        foreach (var charge in hold.LeaseCharges) charge.Correct(0, MayBeForgotten(charge));
        hold.IsReleased = true;
        Close(hold);
        return true;
    }

    public bool Extend(SpecifiedHold hold, TimeSpan lease)
    {
        if (!hold.IsOpen) return false;
        var ends = now + lease;
        hold.LeaseEnds = ends > hold.LeaseEnds ? ends : hold.LeaseEnds;
        return true;
    }

    private void Close(SpecifiedHold hold)
    {
        hold.IsOpen = false;
        hold.ClosedAt = now;
    }

    private SpecifiedCharge Charge(int limit, DateTimeOffset at, long amount)
    {
        var charge = new SpecifiedCharge(limit, at, amount);
        charges.Add(charge);
        if (amount > 0) Tell(limit, at);
        return charge;
    }

    private void Tell(int limit, DateTimeOffset at)
    {
        var window = limits[limit].Window!;
        var told = limits[limit].WithCap(toldCaps[limit]);
        var asOf = window is RollingWindow ? now : at;
        var (least, most, _) = Usage(limit, asOf);
        var start = window.SpanAt(asOf).Start;
        foreach (var soft in told.SoftLimits)
        {
            var id = Alert.OfShare(told, soft, start, 0, now).Id;
            if (told.SoftLimits.Reached(most, told.Cap) >= soft.Percent) MayTell.Add(id);
            if (told.SoftLimits.Reached(least, told.Cap) >= soft.Percent) MustTell.Add(id);
        }
    }

    private (long Least, long Most, long Held) Usage(int limit, DateTimeOffset asOf)
    {
        var (least, most, held) = (0L, 0L, 0L);
        foreach (var charge in charges)
        {
            if (charge.Limit != limit || !Counts(charge, asOf)) continue;
            least += MayBeForgotten(charge) ? 0 : charge.Amount;
            most += charge.Highest;
        }

        foreach (var hold in holds)
        {
            if (!hold.IsOpen || !hold.Limits.Contains(limit)) continue;
            held += limits[limit].Window switch
            {
                CalendarWindow calendar when calendar.SpanAt(hold.TakenAt) != calendar.SpanAt(asOf) => 0,
                _ => hold.Amounts.In(limits[limit].Dimension),
            };
        }

        return (least, most, held);
    }

    private bool Counts(SpecifiedCharge charge, DateTimeOffset asOf) => limits[charge.Limit].Window switch
    {
        CalendarWindow calendar => calendar.SpanAt(charge.At) == calendar.SpanAt(asOf),
        RollingWindow rolling => Math.Abs(rolling.BucketAt(charge.At) - rolling.BucketAt(asOf)) <= RollingWindow.Buckets,
        _ => false,
    };

    private bool MayBeForgotten(SpecifiedCharge charge) => limits[charge.Limit].Window switch
    {
        CalendarWindow calendar => calendar.SpanAt(Latest).Start > calendar.SpanAt(charge.At).Start,
        RollingWindow rolling => rolling.BucketAt(Latest) - rolling.BucketAt(charge.At) > RollingWindow.Buckets,
        _ => false,
    };
}
