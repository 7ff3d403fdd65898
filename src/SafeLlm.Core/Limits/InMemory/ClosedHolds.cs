using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// The ids of closed holds, each for 24 hours and up to a quarter more: 17 bytes an id in an open table of hashes that drops
/// what is old whenever it must grow. The owner's lock guards it.
/// </summary>
/// <remarks>
/// Ids fall anywhere in the table, which is large: looking into it for each new id, mostly in vain, was waiting for memory. So
/// a byte of each hash stands in an array of its own, and sixteen are compared at once.
/// </remarks>
internal sealed class ClosedHolds
{
    private const int Smallest = Group;
    private const int Group = 16;
    private const int TimeBits = 20;
    private const int StateBits = 4;
    private const ulong TimeMask = (1UL << TimeBits) - 1;
    private const ulong StateMask = (1UL << StateBits) - 1;
    private const ulong HashMask = ~0UL << (TimeBits + StateBits);
    private static readonly long Quarter = TimeSpan.FromMinutes(15).Ticks;
    private Slot[] slots = new Slot[Smallest];
    private byte[] tags = new byte[Smallest];

    public int Count { get; private set; }

    public ClosedState Find(IdHash id)
    {
        for (var at = Start(id.High); ; at = Next(at))
        {
            var group = GroupAt(at);
            for (var same = Vector128.Equals(group, Vector128.Create(Tag(id.High))).ExtractMostSignificantBits(); same != 0; same &= same - 1)
            {
                ref var slot = ref slots[at + BitOperations.TrailingZeroCount(same)];
                if (slot.High == id.High && (slot.Rest & HashMask) == (id.Low & HashMask))
                {
                    return (ClosedState)(slot.Rest & StateMask);
                }
            }

            if (Vector128.EqualsAny(group, Vector128<byte>.Zero))
            {
                return ClosedState.None;
            }
        }
    }

    /// <summary>An id will soon be looked for: asks the processor to bring the group where that begins. Needs no lock: it may be wrong.</summary>
    public unsafe void Expect(IdHash id)
    {
        if (Sse.IsSupported)
        {
            var group = tags;
            Sse.Prefetch0(Unsafe.AsPointer(ref group[(int)id.High & (group.Length - Group)]));
        }
    }

    /// <summary>An id will soon be added: asks the processor to bring the place where it will be.</summary>
    public unsafe void ExpectPut(IdHash id)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref slots[FirstFree(id.High)]));
        }
    }

    /// <summary>Remembers an id that is not remembered yet.</summary>
    public void Add(IdHash id, ClosedState state, long now)
    {
        if ((Count + 1) * 8 > slots.Length * 7)
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

        slots = new Slot[Math.Max(Smallest, (int)BitOperations.RoundUpToPowerOf2((uint)(live + 1) * 2))];
        tags = new byte[slots.Length];
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
        var at = FirstFree(added.High);
        tags[at] = Tag(added.High);
        slots[at] = added;
        Count++;
    }

    // There is always one: the table is never full.
    private int FirstFree(ulong high)
    {
        for (var at = Start(high); ; at = Next(at))
        {
            var free = Vector128.Equals(GroupAt(at), Vector128<byte>.Zero).ExtractMostSignificantBits();
            if (free != 0)
            {
                return at + BitOperations.TrailingZeroCount(free);
            }
        }
    }

    private int Start(ulong high) => (int)high & (tags.Length - Group);

    private int Next(int group) => (group + Group) & (tags.Length - Group);

    private Vector128<byte> GroupAt(int group) => Vector128.Create<byte>(tags.AsSpan(group, Group));

    // Of bits that choose neither the shard nor, in a table that fits into memory, the group. 0 is an empty place.
    private static byte Tag(ulong high) => (byte)(1 | high >> 48);

    private readonly record struct Slot(ulong High, ulong Rest);
}
