namespace SafeLlm.Limits.InMemory;

/// <summary>
/// What is spent and held of one limit: scope × dimension × window, whatever the cap. The lock of its stripe guards it, and
/// every touch begins with <see cref="Advance"/>. Instants are ticks of UTC.
/// </summary>
/// <remarks>
/// Amounts are kept within ±2^57 a slot, far beyond any cap (2^53), so that no sum here can overflow and an absurd overrun
/// stays absurd.
/// </remarks>
internal abstract class Counter(uint hash, byte stripe, string scope, Dimension dimension) : ChainedNode<Counter>(hash)
{
    private const long Largest = 1L << 57;

    public byte Stripe { get; } = stripe;

    public Dimension Dimension { get; } = dimension;

    /// <summary>How many holds refer to it, open or still to be corrected. It is kept as long as there are any.</summary>
    public int References { get; set; }

    public string Scope { get; } = scope;

    /// <summary>What open holds have set aside.</summary>
    public long Held { get; protected set; }

    /// <summary>What is settled in the window.</summary>
    public abstract long Spent { get; }

    public abstract Window? Window { get; }

    /// <summary>Where an amount of now belongs: the start of the calendar window, the number of the bucket.</summary>
    public abstract long Slot { get; }

    public static Counter Create(uint hash, byte stripe, Limit limit) => limit.Window switch
    {
        CalendarWindow calendar => new CalendarCounter(hash, stripe, limit, calendar),
        RollingWindow rolling => new RollingCounter(hash, stripe, limit, rolling),
        _ => new ConcurrencyCounter(hash, stripe, limit),
    };

    public bool Counts(Limit limit) =>
        Dimension == limit.Dimension
        && string.Equals(Scope, limit.Scope, StringComparison.Ordinal)
        && (ReferenceEquals(Window, limit.Window) || Equals(Window, limit.Window));

    /// <summary>Lets what has left the window go. A clock that stepped back a little is taken to stand still.</summary>
    public abstract void Advance(long now);

    /// <summary>Sets an amount aside at the present slot.</summary>
    public void Hold(long amount) => Held += amount;

    /// <summary>Replaces an amount held at a slot by what it came to there.</summary>
    public abstract void Close(long slot, long held, long spent);

    /// <summary>Adds to (or takes from) what is spent at a slot, if that still counts.</summary>
    public abstract void Charge(long slot, long amount);

    /// <summary>When there is room for an amount if nothing else is taken and no hold is closed.</summary>
    public abstract DateTimeOffset? RoomAt(long amount, long cap);

    /// <summary>Whether nothing would change if it were forgotten.</summary>
    public abstract bool IsIdle(long now);

    /// <summary>When a calendar window ends; null for others.</summary>
    public virtual DateTimeOffset? ResetsAt => null;

    protected static long Sum(long spent, long amount) => Math.Clamp(spent + Math.Clamp(amount, -Largest, Largest), 0, Largest);
}
