namespace SafeLlm.Limits.InMemory;

/// <summary>
/// The ids of closed holds, each for 24 hours and up to a quarter more: 16 bytes an id in an open table of hashes that
/// drops what is old whenever it must grow. The owner's lock guards it.
/// </summary>
internal sealed class ClosedHolds
{
    private const int Smallest = 16;
    private const int TimeBits = 20;
    private const int StateBits = 4;
    private const ulong TimeMask = (1UL << TimeBits) - 1;
    private const ulong StateMask = (1UL << StateBits) - 1;
    private const ulong HashMask = ~0UL << (TimeBits + StateBits);
    private static readonly long Quarter = TimeSpan.FromMinutes(15).Ticks;
    private Slot[] slots = new Slot[Smallest];

    public int Count { get; private set; }

    public ClosedState Find(IdHash id)
    {
        for (var at = Start(id); ; at = (at + 1) & (slots.Length - 1))
        {
            ref var slot = ref slots[at];
            if (slot.Rest == 0)
            {
                return ClosedState.None;
            }

            if (slot.High == id.High && (slot.Rest & HashMask) == (id.Low & HashMask))
            {
                return (ClosedState)(slot.Rest & StateMask);
            }
        }
    }

    /// <summary>Remembers an id that is not remembered yet.</summary>
    public void Add(IdHash id, ClosedState state, long now)
    {
        if ((Count + 1) * 4 > slots.Length * 3)
        {
            Rebuild(now);
        }

        Put(new Slot(id.High, (id.Low & HashMask) | ((ulong)(now / Quarter) & TimeMask) << StateBits | (byte)state));
    }

    /// <summary>Drops what is older than 24 hours and gives the room back.</summary>
    public void Trim(long now)
    {
        if (slots.Length > Smallest)
        {
            Rebuild(now);
        }
    }

    private void Rebuild(long now)
    {
        var old = slots;
        var live = 0;
        foreach (var slot in old)
        {
            live += IsLive(slot, now) ? 1 : 0;
        }

        slots = new Slot[Math.Max(Smallest, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(live + 1) * 2))];
        Count = 0;
        foreach (var slot in old)
        {
            if (IsLive(slot, now))
            {
                Put(slot);
            }
        }
    }

    private static bool IsLive(Slot slot, long now)
    {
        if (slot.Rest == 0)
        {
            return false;
        }

        // The difference of two 20-bit clocks, with its sign: an id from the future (the clock stepped back) is young.
        var age = ((int)((ulong)(now / Quarter) - (slot.Rest >> StateBits)) << (32 - TimeBits)) >> (32 - TimeBits);
        return age <= 96;
    }

    private void Put(Slot added)
    {
        var at = (int)added.High & (slots.Length - 1);
        while (slots[at].Rest != 0)
        {
            at = (at + 1) & (slots.Length - 1);
        }

        slots[at] = added;
        Count++;
    }

    private int Start(IdHash id) => (int)id.High & (slots.Length - 1);

    private readonly record struct Slot(ulong High, ulong Rest);
}
