using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// Counts the runs of a calendar window. It remembers the two that were used last, so that a clock that steps back over a
/// boundary and forward again finds in each what belongs there.
/// </summary>
internal sealed class StoredCalendar(CounterKey key, CalendarWindow window) : StoredCounter(key)
{
    private static readonly long StepBack = TimeSpan.FromHours(1).Ticks;
    private Run present = new(0, long.MinValue, 0, 0);
    private Run other = new(0, long.MinValue, 0, 0);

    public override long Spent => present.Spent;

    // Not the start: that moves where a clock steps back further than is remembered, and the holds must move along.
    public override long Slot => present.Number;

    public override DateTimeOffset? ResetsAt => window.SpanAt(new DateTimeOffset(present.Start, TimeSpan.Zero)).End;

    public override int StateLength => 8 * 8;

    protected override long EmptyAt =>
        present.Start == long.MinValue ? 0
        : present.Spent == 0 && other.Spent == 0 ? present.Start + StepBack
        : ResetsAt!.Value.UtcTicks + StepBack;

    public override void Advance(long now)
    {
        var begun = window.SpanAt(new DateTimeOffset(now, TimeSpan.Zero)).Start.UtcTicks;
        if (begun == present.Start)
        {
            return;
        }

        if (begun == other.Start)
        {
            Swap();
        }
        else if (begun > present.Start)
        {
            var last = Math.Max(present.Number, other.Number);
            Swap();
            (present, Held) = (new Run(last + 1, begun, 0, 0), 0);
        }
        else
        {
            // Further back than is remembered: what was counted last was spent moments ago by any other clock, so it counts here.
            present = present with { Start = begun };
        }
    }

    public override void Close(long slot, long held, long spent)
    {
        if (slot == present.Number)
        {
            Held -= held;
        }
        else if (slot == other.Number)
        {
            other = other with { Held = other.Held - held };
        }

        Charge(slot, spent);
    }

    public override void Charge(long slot, long amount)
    {
        if (slot == present.Number)
        {
            present = present with { Spent = Sum(present.Spent, amount) };
        }
        else if (slot == other.Number)
        {
            other = other with { Spent = Sum(other.Spent, amount) };
        }
    }

    public override DateTimeOffset? RoomAt(long amount, long cap) => amount <= cap ? ResetsAt : null;

    public override void Clear() => present = present with { Spent = 0 };

    public override void Save(Span<byte> state)
    {
        present = present with { Held = Held };
        present.Save(state);
        other.Save(state[32..]);
    }

    public override void Load(ReadOnlySpan<byte> state)
    {
        present = Run.Load(state);
        other = Run.Load(state[32..]);
        Held = present.Held;
    }

    private void Swap()
    {
        present = present with { Held = Held };
        (present, other) = (other, present);
        Held = present.Held;
    }

    private readonly record struct Run(long Number, long Start, long Spent, long Held)
    {
        public static Run Load(ReadOnlySpan<byte> state) => new(Read(state, 0), Read(state, 1), Read(state, 2), Read(state, 3));

        public void Save(Span<byte> state)
        {
            Write(state, 0, Number);
            Write(state, 1, Start);
            Write(state, 2, Spent);
            Write(state, 3, Held);
        }
    }
}
