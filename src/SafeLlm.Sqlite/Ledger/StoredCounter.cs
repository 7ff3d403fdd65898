using System.Buffers.Binary;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// What is spent and held of one limit (scope × dimension × window) as the file keeps it, by the rules of <see cref="ILedger"/>.
/// Every touch begins with <see cref="Advance"/>. Instants are ticks of UTC.
/// </summary>
internal abstract class StoredCounter(CounterKey key)
{
    // As in memory: far beyond any cap (2^53), so that no sum overflows and an absurd overrun stays absurd.
    private const long Largest = 1L << 56;

    public CounterKey Key { get; } = key;

    /// <summary>The row.</summary>
    public long Id { get; set; }

    /// <summary>The cap that the last hold was taken under; for those who only read the file it is what the application says.</summary>
    public long Cap { get; set; }

    /// <summary>The cap that an operator has set; it goes before the application's.</summary>
    public long? OperatorCap { get; set; }

    /// <summary>Of whom the last hold was taken.</summary>
    public SoftLimits SoftLimits { get; set; } = SoftLimits.None;

    /// <summary>How many holds refer to it, open or still to be corrected. It is kept as long as there are any.</summary>
    public long Holds { get; set; }

    /// <summary>Whether the file does not know of a change yet.</summary>
    public bool IsChanged { get; set; }

    public long CapInForce => OperatorCap ?? Cap;

    /// <summary>What open holds have set aside.</summary>
    public abstract long Held { get; }

    /// <summary>What is settled in the window.</summary>
    public abstract long Spent { get; }

    /// <summary>Where an amount of now belongs.</summary>
    public abstract long Slot { get; }

    /// <summary>When a calendar window ends; null for others.</summary>
    public virtual DateTimeOffset? ResetsAt => null;

    /// <summary>When nothing would be lost if it were forgotten; null where nobody can tell yet.</summary>
    public long? LapsesAt => Holds > 0 || OperatorCap is not null ? null : EmptyAt;

    /// <summary>How many bytes its state takes.</summary>
    public abstract int StateLength { get; }

    protected abstract long EmptyAt { get; }

    /// <summary>The last slot of which something was forgotten.</summary>
    protected long Forgotten { get; set; } = long.MinValue;

    public static StoredCounter Create(CounterKey key) => key.Window switch
    {
        CalendarWindow calendar => new StoredCalendar(key, calendar),
        RollingWindow rolling => new StoredRolling(key, rolling),
        _ => new StoredConcurrency(key),
    };

    public abstract void Advance(long now);

    /// <summary>Sets an amount aside at the present slot.</summary>
    public abstract void Hold(long amount);

    /// <summary>Replaces an amount held at a slot by what it came to there.</summary>
    public abstract void Close(long slot, long held, long spent);

    /// <summary>Adds to what is spent at a slot, if that still counts.</summary>
    public abstract void Charge(long slot, long amount);

    /// <summary>
    /// Takes from what is spent at a slot, unless that was forgotten: where the clock has stepped back over it since, what is
    /// spent there now is somebody else's.
    /// </summary>
    public void Correct(long slot, long amount)
    {
        if (amount > 0 && slot > Forgotten)
        {
            Charge(slot, -amount);
        }
    }

    /// <summary>The run that a charge at a slot belongs to: when it began, what is spent in it, and the highest share that was told. Null where it is forgotten.</summary>
    public abstract (long Start, long Spent, int Told)? RunOf(long slot, long now);

    /// <summary>Remembers the highest share that was told in the run that <see cref="RunOf"/> gave.</summary>
    public abstract void Tell(long slot, int percent);

    /// <summary>When there is room for an amount if nothing else is taken and no hold is closed.</summary>
    public abstract DateTimeOffset? RoomAt(long amount, long cap);

    /// <summary>Nothing is spent any more; what is held stays.</summary>
    public abstract void Clear();

    /// <summary>Whether what is spent at a slot is what <see cref="Clear"/> forgets.</summary>
    public abstract bool Clears(long slot);

    public abstract void Save(Span<byte> state);

    public abstract void Load(ReadOnlySpan<byte> state);

    protected static long Sum(long spent, long amount) => Math.Clamp(spent + Math.Clamp(amount, -Largest, Largest), 0, Largest);

    protected static long Read(ReadOnlySpan<byte> state, int index) => BinaryPrimitives.ReadInt64LittleEndian(state[(index * 8)..]);

    protected static void Write(Span<byte> state, int index, long value) => BinaryPrimitives.WriteInt64LittleEndian(state[(index * 8)..], value);
}
