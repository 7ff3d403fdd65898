using SafeLlm.Alerts;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// What is spent and held of one limit: scope × dimension × window, whatever the cap. The gate of its stripe guards it, and
/// every touch begins with <see cref="Advance"/>. Instants are ticks of UTC.
/// </summary>
/// <remarks>
/// Amounts are kept below 2^56 a slot, far beyond any cap (2^53), so that no sum here can overflow and an absurd overrun stays
/// absurd. Dimension and stripe are bytes, and nothing is kept that the window knows: there may be millions of counters.
/// </remarks>
internal abstract class Counter(uint hash, CounterStripe home, string scope, Dimension dimension) : ChainedNode<Counter>(hash)
{
    private const long Largest = 1L << 56;
    private long from;
    private long until;
    private readonly byte dimension = (byte)dimension;
    private bool isDropped;
    private SoftLimits softLimits = SoftLimits.None;
    private long cap;

    /// <summary>The stripe that keeps it, or did.</summary>
    public CounterStripe Home { get; } = home;

    /// <summary>Whether its stripe has forgotten it: the next amount belongs to a new one.</summary>
    public bool IsDropped => isDropped;

    public Dimension Dimension => (Dimension)dimension;

    /// <summary>How many holds refer to it, open or still to be corrected. It is kept as long as there are any.</summary>
    public int References { get; set; }

    public string Scope { get; } = scope;

    /// <summary>What open holds have set aside.</summary>
    public long Held { get; protected set; }

    /// <summary>What is settled in the window.</summary>
    public long Spent { get; protected set; }

    public abstract Window? Window { get; }

    /// <summary>Where an amount of now belongs: the start of the calendar window, the number of the bucket.</summary>
    public long Slot { get; protected set; } = long.MinValue;

    public static Counter Create(uint hash, CounterStripe home, Limit limit) => limit.Window switch
    {
        CalendarWindow calendar => new CalendarCounter(hash, home, limit, calendar),
        RollingWindow rolling => new RollingCounter(hash, home, limit, rolling),
        _ => new ConcurrencyCounter(hash, home, limit),
    };

    public bool Counts(Limit limit) =>
        Dimension == limit.Dimension
        && string.Equals(Scope, limit.Scope, StringComparison.Ordinal)
        && (ReferenceEquals(Window, limit.Window) || Equals(Window, limit.Window));

    /// <summary>Lets what has left the window go. Amounts keep their slots where the clock stepped back.</summary>
    public void Advance(long now)
    {
        // Nearly always still in the slot of the last touch; to know that takes no look at a calendar, and no division.
        if (now < from || now >= until)
        {
            (from, until) = Turn(now);
        }
    }

    /// <summary>Sets an amount aside at the present slot. The cap and the soft limits of the last hold are those that are told of.</summary>
    public void Hold(Limit limit, long amount)
    {
        Held += amount;
        References++;
        cap = limit.Cap;
        if (!ReferenceEquals(softLimits, limit.SoftLimits))
        {
            softLimits = limit.SoftLimits;
        }
    }

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

    /// <summary>Records every soft limit that a charge at a slot reached for the first time. Whether there was one.</summary>
    public bool Tell(long slot, long now, InMemoryAlertOutbox outbox)
    {
        if (softLimits.Count == 0)
        {
            return false;
        }

        ref var told = ref Told(slot, now, out var start, out var spent);
        var reached = softLimits.Reached(spent, cap);
        var isNew = false;
        if (reached > told)
        {
            var limit = new Limit(Scope, Dimension, Window, cap);
            foreach (var soft in softLimits)
            {
                if (soft.Percent > told && soft.Percent <= reached)
                {
                    isNew |= outbox.Record(Alert.OfShare(limit, soft, new DateTimeOffset(start, TimeSpan.Zero), spent, new DateTimeOffset(now, TimeSpan.Zero)));
                }
            }

            told = (byte)reached;
        }

        return isNew;
    }

    /// <summary>When there is room for an amount if nothing else is taken and no hold is closed.</summary>
    public abstract DateTimeOffset? RoomAt(long amount, long cap);

    /// <summary>As it stands, for people, with the cap of the last hold.</summary>
    public CounterState State => new(Scope, Dimension, Window?.Name, cap, Spent, Held) { ApplicationCap = cap, ResetsAt = ResetsAt };

    /// <summary>Whether nothing would change if it were forgotten.</summary>
    public abstract bool IsIdle(long now);

    /// <summary>Its stripe forgets it where it is idle; limits that remember it look for another.</summary>
    public bool DropIfIdle(long now) => isDropped = IsIdle(now);

    /// <summary>When a calendar window ends; null for others.</summary>
    public virtual DateTimeOffset? ResetsAt => null;

    /// <summary>The first instant at which the slot has to be turned again.</summary>
    protected long Until => until;

    /// <summary>Makes the slot of an instant the present one; it begins and ends there.</summary>
    protected abstract (long From, long Until) Turn(long now);

    /// <summary>The last slot of which something was forgotten.</summary>
    protected long Forgotten { get; set; } = long.MinValue;

    /// <summary>The highest share that was told in the run that a charge at a slot belongs to, when that began, and what is spent in it; nothing where it is forgotten.</summary>
    protected abstract ref byte Told(long slot, long now, out long start, out long spent);

    protected static long Sum(long spent, long amount) => Math.Clamp(spent + Math.Clamp(amount, -Largest, Largest), 0, Largest);
}
