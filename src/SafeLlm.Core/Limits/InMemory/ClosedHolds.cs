using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// The ids of closed holds, each for 24 hours and an hour or two more: some 22 bytes an id. They are written one after the other
/// into blocks, which leave as they came; a table says where. The gate of its owner guards it.
/// </summary>
/// <remarks>
/// An id is looked for at every hold, nearly always in vain, and falls anywhere in a table that is larger than the processor's
/// own memory. So a byte of each hash stands in an array of its own, sixteen are compared at once, and only where one is the same
/// is there a look at the id's number and the id. The last few ids wait for their places and are given them together, as many
/// writes far apart then wait for memory once; until then they are found by a line of bytes of their own.
/// </remarks>
internal sealed class ClosedHolds
{
    private const int Group = 16;
    private const int Smallest = Group;
    private const int FirstOfBlock = 16;
    private const int Large = 1024;
    private const int MostBlocks = 1 << 20;
    private const int MostWaiting = 64;
    private static readonly long Kept = TimeSpan.FromHours(24).Ticks;
    private readonly List<ClosedBlock> blocks = [];
    private ClosedBlock? last;
    private byte[] tags = new byte[Smallest];
    private uint[] numbers = new uint[Smallest];
    private readonly byte[] waiting = new byte[MostWaiting];
    private int waitingCount;
    private uint first;

    /// <summary>How many ids are remembered.</summary>
    public int Count { get; private set; }

    public ClosedState Find(IdHash id)
    {
        var alike = Vector512.Equals(Vector512.Create<byte>(waiting), Vector512.Create(Tag((uint)id.High))).ExtractMostSignificantBits();
        for (; alike != 0; alike &= alike - 1)
        {
            var place = BitOperations.TrailingZeroCount(alike);
            if (place < waitingCount && last![last.Count - waitingCount + place] is var late && late.Is(id))
            {
                return late.State;
            }
        }

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

    /// <summary>Remembers an id that is not remembered yet.</summary>
    public void Add(IdHash id, ClosedState state, long now)
    {
        if ((Count + 1) * 8 > tags.Length * 7)
        {
            Rebuild(now);
        }

        if (last is null || !last.Takes(now))
        {
            PutWaiting();
            if (blocks.Count == MostBlocks)
            {
                // Half a billion ids, and several gigabytes: the oldest go early.
                blocks[0].Clear();
                Rebuild(now);
            }

            blocks.Add(last = new ClosedBlock(now, last?.Count == ClosedBlock.Most ? ClosedBlock.Most : FirstOfBlock));
        }

        if (waitingCount == MostWaiting)
        {
            PutWaiting();
        }

        waiting[waitingCount++] = Tag((uint)id.High);
        last.Add(new ClosedId(id, state), now);
        Count++;
    }

    /// <summary>Drops what is older than 24 hours and gives the room back.</summary>
    public void Trim(long now)
    {
        if (blocks.Count > 0)
        {
            Rebuild(now);
        }
    }

    private void Rebuild(long now)
    {
        foreach (var block in blocks)
        {
            if (block.IsOlder(Kept, now))
            {
                block.Clear();
            }
        }

        var gone = blocks.FindIndex(block => block.Count > 0);
        gone = gone < 0 ? blocks.Count : gone;
        blocks.RemoveRange(0, gone);
        first += (uint)(gone * ClosedBlock.Most);
        last = blocks.Count > 0 ? blocks[^1] : null;
        Count = blocks.Sum(block => block.Count);
        var size = Math.Max(Smallest, (int)BitOperations.RoundUpToPowerOf2((uint)(Count + 1) * 2));
        waitingCount = 0;
        tags = GC.AllocateArray<byte>(size, pinned: size > Large);
        numbers = GC.AllocateUninitializedArray<uint>(size, pinned: size > Large);
        for (var i = 0; i < blocks.Count; i++)
        {
            for (var index = 0; index < blocks[i].Count; index += MostWaiting)
            {
                PutAll(i, index, Math.Min(index + MostWaiting, blocks[i].Count));
            }
        }
    }

    // They are the last ones of the last block.
    private void PutWaiting()
    {
        if (waitingCount > 0)
        {
            PutAll(blocks.Count - 1, last!.Count - waitingCount, last.Count);
            waitingCount = 0;
        }
    }

    private unsafe void PutAll(int number, int from, int to)
    {
        var block = blocks[number];
        if (Sse.IsSupported)
        {
            for (var index = from; index < to; index++)
            {
                var start = Start(block[index].High);
                Sse.Prefetch0(Unsafe.AsPointer(ref tags[start]));
                Sse.Prefetch0(Unsafe.AsPointer(ref numbers[start]));
            }
        }

        for (var index = from; index < to; index++)
        {
            Put(block[index].High, Number(number, index));
        }
    }

    private uint Number(int block, int index) => first + (uint)(block * ClosedBlock.Most) + (uint)index;

    private void Put(uint high, uint number)
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

    // Of the bits that choose the group in the very largest tables only. 0 is an empty place.
    private static byte Tag(uint high) => (byte)Math.Max(1, high >> 24);
}
