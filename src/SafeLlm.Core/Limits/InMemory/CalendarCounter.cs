namespace SafeLlm.Limits.InMemory;

/// <summary>
/// Counts the runs of a calendar window. Beside the present one it remembers those that holds are still open in, the one
/// before for an hour, and those ahead of a clock that stepped back: each finds again what belongs there.
/// </summary>
internal sealed class CalendarCounter(uint hash, CounterStripe home, Limit limit, CalendarWindow window)
    : Counter(hash, home, limit.Scope, limit.Dimension)
{
    private static readonly long StepBack = TimeSpan.FromHours(1).Ticks;
    private static byte forgotten; // nothing is spent of it, so nothing is ever written to it
    private CalendarRun? others;
    private byte told;

    public override Window Window => window;

    public override DateTimeOffset? ResetsAt => new DateTimeOffset(Until, TimeSpan.Zero);

    public override void Close(long slot, long held, long spent)
    {
        if (slot == Slot)
        {
            Held -= held;
        }
        else if (Find(slot) is { } run)
        {
            run.Held -= held;
        }

        Charge(slot, spent);
    }

    public override void Charge(long slot, long amount)
    {
        if (slot == Slot)
        {
            Spent = Sum(Spent, amount);
        }
        else if (Find(slot) is { } run)
        {
            run.Spent = Sum(run.Spent, amount);
        }
    }

    public override DateTimeOffset? RoomAt(long amount, long cap) => amount <= cap ? ResetsAt : null;

    public override bool IsIdle(long now)
    {
        Advance(now);
        if (now - Slot > StepBack)
        {
            Forget(before: Slot);
        }

        return References == 0 && (Spent | told) == 0 && others is null;
    }

    protected override ref byte Told(long slot, long now, out long start, out long spent)
    {
        if (slot == Slot)
        {
            (start, spent) = (slot, Spent);
            return ref told;
        }

        (start, spent) = (slot, 0);
        if (Find(slot) is not { } run)
        {
            return ref forgotten;
        }

        spent = run.Spent;
        return ref run.Told;
    }

    protected override (long From, long Until) Turn(long now)
    {
        var run = window.RunAt(now);
        var begun = run.Start;
        var left = new CalendarRun(Slot) { Spent = Spent, Held = Held, Told = told };
        var found = Remove(begun);
        if (begun > Slot)
        {
            // Nothing comes back to these any more: no hold is open in them, and the clock has left the next one too.
            Forget(before: Slot);
        }

        if (Held == 0 && Until < now - StepBack)
        {
            // Nobody asked for so long that no clock steps back there.
            Forgotten = Math.Max(Forgotten, Slot);
        }
        else if ((left.Spent | left.Held | left.Told) != 0)
        {
            left.Next = others;
            others = left;
        }

        Slot = begun;
        (Spent, Held, told) = found is null ? (0, 0, (byte)0) : (found.Spent, found.Held, found.Told);
        return (begun, run.End);
    }

    private CalendarRun? Find(long slot)
    {
        var run = others;
        while (run is not null && run.Start != slot)
        {
            run = run.Next;
        }

        return run;
    }

    private CalendarRun? Remove(long slot)
    {
        var run = Find(slot);
        if (run is not null)
        {
            others = Without(others, other => other == run);
        }

        return run;
    }

    private void Forget(long before) => others = Without(others, run =>
    {
        var isOver = run.Start < before && run.Held == 0;
        Forgotten = isOver ? Math.Max(Forgotten, run.Start) : Forgotten;
        return isOver;
    });

    private static CalendarRun? Without(CalendarRun? runs, Func<CalendarRun, bool> isDropped)
    {
        CalendarRun? kept = null;
        for (var run = runs; run is not null;)
        {
            var next = run.Next;
            if (!isDropped(run))
            {
                run.Next = kept;
                kept = run;
            }

            run = next;
        }

        return kept;
    }
}
