using SafeLlm.Pricing;

namespace SafeLlm.Anomalies;

/// <summary>
/// What one key uses and used to use, in constant memory (about 2 KiB), here and on the nodes whose counts it is given. Learned is what the busiest hour and the busiest five minutes of
/// a day come to: the second largest of up to <see cref="MostDays"/> days on which the key was used, so that one wild day moves nothing. A
/// day counts at most for twice of what was usual before it, the first for what its tier says: who wants to be taken for a busy caller has
/// to be one for days. Thread-safe.
/// </summary>
public sealed class UsageBaseline
{
    /// <summary>How many days are remembered: 14, so that what happens on one day of the week happened twice.</summary>
    public const int MostDays = 14;

    /// <summary>The longer of the two windows that usage is looked at in.</summary>
    public static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>The shorter of the two windows.</summary>
    public static readonly TimeSpan Burst = TimeSpan.FromMinutes(5);

    // Fewer have no average worth the name.
    private const int FewestBilled = 5;

    private readonly UsageSlot[] slots = new UsageSlot[UsagePart.InHour];
    private readonly UsageSlot[] others = new UsageSlot[UsagePart.InHour];
    private readonly UsagePeaks[] days = new UsagePeaks[MostDays];
    private DateTimeOffset othersAt;
    private int count;
    private UsageDay today;
    private UsageDay? finished;
    private AnomalyVerdict told;
    private long toldIn;
    private int toldState;

    /// <summary>A baseline of a key that nothing is known of.</summary>
    /// <param name="firstAt">The key's first call.</param>
    public UsageBaseline(DateTimeOffset firstAt)
    {
        FirstAt = firstAt;
        today = new UsageDay(firstAt, default);
    }

    /// <summary>The first call that is known.</summary>
    public DateTimeOffset FirstAt { get; private set; }

    /// <summary>What was learned from the days that are over; 0 where there is none.</summary>
    public UsagePeaks Learned { get; private set; }

    /// <summary>The last hour, up to the five minutes of the last call.</summary>
    internal UsageSlot LastHour { get; private set; }

    /// <summary>The five minutes of the last call.</summary>
    internal UsageSlot LastBurst { get; private set; }

    internal Lock Gate { get; } = new();

    /// <summary>The present day and the one before it, for a store to keep: as measured, without what has been made of them.</summary>
    public IReadOnlyList<UsageDay> RecentDays()
    {
        lock (Gate) return finished is { } before ? [before, today] : [today];
    }

    /// <summary>What was counted here within the last hour, for other nodes to add to what they count.</summary>
    /// <param name="now">Now.</param>
    public IReadOnlyList<UsagePart> RecentParts(DateTimeOffset now)
    {
        lock (Gate)
        {
            return UsagePart.Sum(slots.Where(slot => slot.Claimed > 0 || slot.Billed > 0).Select(slot => new UsagePart(slot.Index, slot.Claimed, slot.Billed, slot.Tokens, new NanoUsd(slot.Cost))), now);
        }
    }

    /// <summary>Takes up what other nodes counted within the last hour, in the place of what they did before. It counts for five minutes, and is asked for again then.</summary>
    /// <param name="parts">One for each five minutes.</param>
    /// <param name="now">Now.</param>
    public void TakeOthers(IReadOnlyList<UsagePart> parts, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(parts);
        lock (Gate)
        {
            Array.Clear(others);
            othersAt = now;
            foreach (var part in parts) others[part.Slot % UsagePart.InHour] = part.ToSlot();
        }
    }

    /// <summary>Forgets the last hour, so that what follows is judged by itself: for a key that was thawed.</summary>
    public void Forgive()
    {
        lock (Gate)
        {
            Array.Clear(slots);
            Array.Clear(others);
            LastHour = LastBurst = default;
            toldState = 0;
        }
    }

    /// <summary>The average of tokens where there are enough requests for one; 0 where not.</summary>
    internal static long TokensPerRequest(in UsageSlot slot) => slot.Billed < FewestBilled ? 0 : slot.Tokens / slot.Billed;

    /// <summary>What was said within the same five minutes of the same state; 0 is no state.</summary>
    internal bool TryRecall(int state, out AnomalyVerdict verdict)
    {
        verdict = told;
        return state == toldState && LastBurst.Index == toldIn;
    }

    internal AnomalyVerdict Remember(int state, in AnomalyVerdict verdict)
    {
        (toldState, toldIn, told) = (state, LastBurst.Index, verdict);
        return verdict;
    }

    internal void Add(DateTimeOffset now, in UsageNorms norms, in UsageSlot used)
    {
        Turn(now, norms);
        var index = UsagePart.SlotOf(now);
        ref var slot = ref slots[index % UsagePart.InHour];
        // Where the clock has stepped back, what is newer stays and takes it.
        if (slot.Index < index) slot = new UsageSlot { Index = index };
        slot.Add(used);

        var (hour, burst) = (default(UsageSlot), slot);
        AddHour(ref hour, slots, index);
        if (now - othersAt < Burst)
        {
            AddHour(ref hour, others, index);
            if (others[slot.Index % UsagePart.InHour] is var other && other.Index == slot.Index) burst.Add(other);
        }

        LastHour = hour;
        LastBurst = burst;
        today = today with
        {
            Peaks = UsagePeaks.Larger(today.Peaks, new UsagePeaks(
                hour.Requests,
                burst.Requests,
                Math.Max(TokensPerRequest(hour), TokensPerRequest(burst)),
                new NanoUsd(hour.Cost),
                new NanoUsd(burst.Cost))),
        };
    }

    private static void AddHour(ref UsageSlot hour, ReadOnlySpan<UsageSlot> parts, long index)
    {
        foreach (ref readonly var part in parts)
        {
            if (part.Index > index - UsagePart.InHour) hour.Add(part);
        }
    }

    internal void Restore(IEnumerable<UsageDay> stored, in UsageNorms norms, DateTimeOffset now)
    {
        // A day that is over is learned from the store, and once.
        Turn(now, norms);
        // What was measured before the store answered belongs to the day that is under way.
        var measured = today;
        count = 0;
        Learned = default;
        foreach (var day in Merged(stored).TakeLast(MostDays + 1))
        {
            if (day.Start < FirstAt) FirstAt = day.Start;
            if (now - day.Start >= UsageDay.Length)
            {
                Learn(day.Peaks, norms);
                // Days begin where other nodes have them begin: what is in one of theirs is not learned once more as a day of its own.
                if (measured.Start - day.Start < UsageDay.Length) today = measured = new UsageDay(day.Start + UsageDay.Length, default);
            }
            else
            {
                today = new UsageDay(day.Start < measured.Start ? day.Start : measured.Start, UsagePeaks.Larger(day.Peaks, measured.Peaks));
            }
        }
    }

    // Nodes that saw a key's first call each for itself keep a day each: of days that overlap, one.
    private static List<UsageDay> Merged(IEnumerable<UsageDay> stored)
    {
        List<UsageDay> days = [];
        foreach (var day in stored.OrderBy(day => day.Start))
        {
            if (days is [.., var last] && day.Start - last.Start < UsageDay.Length) days[^1] = last with { Peaks = UsagePeaks.Larger(last.Peaks, day.Peaks) };
            else days.Add(day);
        }

        return days;
    }

    private void Turn(DateTimeOffset now, in UsageNorms norms)
    {
        var passed = now - today.Start;
        if (passed < UsageDay.Length) return;
        if (today.Peaks != default)
        {
            Learn(today.Peaks, norms);
            finished = today;
        }

        today = new UsageDay(today.Start + (UsageDay.Length * (passed.Ticks / UsageDay.Length.Ticks)), default);
    }

    private void Learn(UsagePeaks peaks, in UsageNorms norms)
    {
        peaks = UsagePeaks.Smaller(peaks, count == 0 ? norms.MostOfFirstDay : UsagePeaks.Larger(Learned, norms.Floor).Doubled());
        if (count < MostDays)
        {
            days[count++] = peaks;
        }
        else
        {
            days.AsSpan(1).CopyTo(days);
            days[^1] = peaks;
        }

        UsagePeaks largest = default, second = default;
        foreach (ref readonly var day in days.AsSpan(0, count))
        {
            second = UsagePeaks.Larger(second, UsagePeaks.Smaller(largest, day));
            largest = UsagePeaks.Larger(largest, day);
        }

        Learned = count == 1 ? largest : second;
        toldState = 0;
    }
}
