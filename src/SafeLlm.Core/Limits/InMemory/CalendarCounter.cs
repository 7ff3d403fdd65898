namespace SafeLlm.Limits.InMemory;

/// <summary>
/// Counts the runs of a calendar window. It remembers the two that were used last, so that a clock that steps back over a
/// boundary and forward again finds in each what belongs there.
/// </summary>
internal sealed class CalendarCounter(uint hash, byte stripe, Limit limit, CalendarWindow window)
    : Counter(hash, stripe, limit.Scope, limit.Dimension)
{
    private static readonly long StepBack = TimeSpan.FromHours(1).Ticks;
    private uint run;
    private uint otherRun;
    private long start = long.MinValue;
    private long spent;
    private long otherStart = long.MinValue;
    private long otherSpent;
    private long otherHeld;

    public override long Spent => spent;

    public override Window Window => window;

    // Not the start: that moves where a clock steps back further than is remembered, and the holds must move along.
    public override long Slot => run;

    public override DateTimeOffset? ResetsAt => new DateTimeOffset(window.RunAt(start).End, TimeSpan.Zero);

    public override void Advance(long now)
    {
        var begun = window.RunAt(now).Start;
        if (begun == start)
        {
            return;
        }

        if (begun == otherStart)
        {
            Swap();
        }
        else if (begun > start)
        {
            var last = Math.Max(run, otherRun);
            Swap();
            (run, start, spent, Held) = (last + 1, begun, 0, 0);
        }
        else
        {
            // Further back than is remembered: what was counted last was spent moments ago by any other clock, so it counts here.
            start = begun;
        }
    }

    public override void Close(long slot, long held, long spent)
    {
        if (slot == run)
        {
            Held -= held;
        }
        else if (slot == otherRun)
        {
            otherHeld -= held;
        }

        Charge(slot, spent);
    }

    public override void Charge(long slot, long amount)
    {
        if (slot == run)
        {
            spent = Sum(spent, amount);
        }
        else if (slot == otherRun)
        {
            otherSpent = Sum(otherSpent, amount);
        }
    }

    public override DateTimeOffset? RoomAt(long amount, long cap) => amount <= cap ? ResetsAt : null;

    public override bool IsIdle(long now)
    {
        Advance(now);
        return References == 0 && spent == 0 && (otherSpent == 0 || now - start > StepBack);
    }

    private void Swap()
    {
        (run, otherRun) = (otherRun, run);
        (start, otherStart) = (otherStart, start);
        (spent, otherSpent) = (otherSpent, spent);
        (Held, otherHeld) = (otherHeld, Held);
    }
}
