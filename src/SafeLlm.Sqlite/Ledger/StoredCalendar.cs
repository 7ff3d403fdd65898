using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// Counts the runs of a calendar window. Beside the present one it remembers those that holds are still open in, the one
/// before, and those ahead of a clock that stepped back: each finds again what belongs there.
/// </summary>
internal sealed class StoredCalendar(CounterKey key, CalendarWindow window) : StoredCounter(key)
{
    private const int Header = 2;
    private static readonly long StepBack = TimeSpan.FromHours(1).Ticks;

    // By their starts, which are the slots. The present one is always among them.
    private readonly SortedList<long, Run> runs = [];
    private long start = long.MinValue;

    public override long Held => runs.GetValueOrDefault(start).Held;

    public override long Spent => runs.GetValueOrDefault(start).Spent;

    public override long Slot => start;

    public override DateTimeOffset? ResetsAt => EndOf(start);

    public override int StateLength => 8 * (Header + (runs.Count * 4));

    protected override long EmptyAt => runs.Count == 0 ? 0 : EndOf(runs.Keys[^1]).UtcTicks + StepBack;

    public override void Advance(long now)
    {
        var begun = window.SpanAt(new DateTimeOffset(now, TimeSpan.Zero)).Start.UtcTicks;
        if (begun == start)
        {
            return;
        }

        var left = start;
        start = begun;
        _ = runs.TryAdd(begun, default);
        for (var i = runs.Count - 1; i >= 0; i--)
        {
            var (other, run) = (runs.Keys[i], runs.Values[i]);
            var isOver = other < begun && other != left && run.Held == 0;
            if (isOver)
            {
                Forgotten = Math.Max(Forgotten, other);
            }

            if (isOver || (other != begun && run == default))
            {
                runs.RemoveAt(i);
            }
        }
    }

    public override void Hold(long amount) => Change(start, run => run with { Held = run.Held + amount });

    public override void Close(long slot, long held, long spent)
    {
        Change(slot, run => run with { Held = run.Held - held });
        Charge(slot, spent);
    }

    public override void Charge(long slot, long amount) => Change(slot, run => run with { Spent = Sum(run.Spent, amount) });

    public override (long Start, long Spent, int Told)? RunOf(long slot, long now) =>
        runs.TryGetValue(slot, out var run) ? (slot, run.Spent, (int)run.Told) : null;

    public override void Tell(long slot, int percent) => Change(slot, run => run with { Told = percent });

    public override DateTimeOffset? RoomAt(long amount, long cap) => amount <= cap ? ResetsAt : null;

    public override void Clear() => Change(start, run => run with { Spent = 0 });

    public override bool Clears(long slot) => slot == start;

    public override void Save(Span<byte> state)
    {
        Write(state, 0, start);
        Write(state, 1, Forgotten);
        for (var i = 0; i < runs.Count; i++)
        {
            var (at, run) = (Header + (i * 4), runs.Values[i]);
            Write(state, at, runs.Keys[i]);
            Write(state, at + 1, run.Spent);
            Write(state, at + 2, run.Held);
            Write(state, at + 3, run.Told);
        }
    }

    public override void Load(ReadOnlySpan<byte> state)
    {
        if (state.IsEmpty)
        {
            return;
        }

        start = Read(state, 0);
        Forgotten = Read(state, 1);
        for (var at = Header; (at + 4) * 8 <= state.Length; at += 4)
        {
            runs[Read(state, at)] = new Run(Read(state, at + 1), Read(state, at + 2), Read(state, at + 3));
        }
    }

    private DateTimeOffset EndOf(long run) => window.SpanAt(new DateTimeOffset(run, TimeSpan.Zero)).End;

    private void Change(long slot, Func<Run, Run> change)
    {
        if (runs.TryGetValue(slot, out var run))
        {
            runs[slot] = change(run);
        }
    }

    private readonly record struct Run(long Spent, long Held, long Told);
}
