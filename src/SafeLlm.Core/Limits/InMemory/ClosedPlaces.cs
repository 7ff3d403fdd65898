using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SafeLlm.Limits.InMemory;

/// <summary>Where ids of <see cref="ClosedHolds"/> stand: a table from hashes to numbers. Guarded as its owner is, but for <see cref="Expect"/>.</summary>
/// <remarks>
/// An id is looked for at every hold, nearly always in vain, and falls anywhere in a table that is larger than the processor's
/// own memory. So a byte of each hash stands in an array of its own, sixteen are compared at once, and only where one is the same
/// is there a look at the id's number and the id. An object of its own, as it changes seldom: asking for a place before the gate is
/// entered then takes no line of memory away from whoever is inside.
/// </remarks>
internal sealed class ClosedPlaces
{
    private const int Group = 16;
    private const int Smallest = Group;
    private const int Large = 1024;
    private byte[] tags = new byte[Smallest];
    private uint[] numbers = new uint[Smallest];

    /// <summary>Of the bits that choose the group in the very largest tables only. 0 is an empty place.</summary>
    public static byte Tag(uint high) => (byte)Math.Max(1, high >> 24);

    /// <summary>Whether so many can be found fast.</summary>
    public bool HasRoomFor(int count) => count * 8 <= tags.Length * 7;

    /// <summary>Forgets all, and makes room for so many and as many again.</summary>
    public void Clear(int count)
    {
        var size = Math.Max(Smallest, (int)BitOperations.RoundUpToPowerOf2((uint)(count + 1) * 2));
        tags = GC.AllocateArray<byte>(size, pinned: size > Large);
        numbers = GC.AllocateUninitializedArray<uint>(size, pinned: size > Large);
    }

    /// <summary>The state of an id, or none where it is in no block.</summary>
    /// <param name="id">The id.</param>
    /// <param name="blocks">What the numbers name.</param>
    /// <param name="first">The number of the first id of the first block.</param>
    public ClosedState Find(IdHash id, List<ClosedBlock> blocks, uint first)
    {
        for (var at = Start((uint)id.High); ; at = After(at))
        {
            var group = GroupAt(at);
            for (var same = Vector128.Equals(group, Vector128.Create(Tag((uint)id.High))).ExtractMostSignificantBits(); same != 0; same &= same - 1)
            {
                var number = numbers[at + BitOperations.TrailingZeroCount(same)] - first;
                ref readonly var known = ref blocks[(int)(number / ClosedBlock.Most)][(int)(number % ClosedBlock.Most)];
                if (known.Is(id))
                {
                    return known.State;
                }
            }

            if (Vector128.EqualsAny(group, Vector128<byte>.Zero))
            {
                return ClosedState.None;
            }
        }
    }

    /// <summary>An id will soon be looked for: asks the processor to bring the place where that begins. Not guarded: it may be wrong.</summary>
    public unsafe void Expect(IdHash id)
    {
        if (Sse.IsSupported)
        {
            var seen = tags;
            Sse.Prefetch0(Unsafe.AsPointer(ref seen[(int)id.High & (seen.Length - Group)]));
        }
    }

    /// <summary>As <see cref="Expect"/>, for one that will soon be added.</summary>
    public unsafe void ExpectToAdd(uint high)
    {
        if (Sse.IsSupported)
        {
            var start = Start(high);
            Sse.Prefetch0(Unsafe.AsPointer(ref tags[start]));
            Sse.Prefetch0(Unsafe.AsPointer(ref numbers[start]));
        }
    }

    public void Add(uint high, uint number)
    {
        var at = FirstFree(high);
        tags[at] = Tag(high);
        numbers[at] = number;
    }

    // There always is one: the table is never full.
    private int FirstFree(uint high)
    {
        for (var at = Start(high); ; at = After(at))
        {
            var free = Vector128.Equals(GroupAt(at), Vector128<byte>.Zero).ExtractMostSignificantBits();
            if (free != 0)
            {
                return at + BitOperations.TrailingZeroCount(free);
            }
        }
    }

    private int Start(uint high) => (int)high & (tags.Length - Group);

    private int After(int group) => (group + Group) & (tags.Length - Group);

    private Vector128<byte> GroupAt(int group) => Vector128.Create<byte>(tags.AsSpan(group, Group));
}
