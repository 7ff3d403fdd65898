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
/// own memory. So the table has but 4 bytes an id, 6 bits of its hash and its number in the blocks, and eight are compared at once.
/// </remarks>
internal sealed class ClosedHolds
{
    private const int Group = 8;
    private const int Smallest = Group * 2;
    private const int FirstOfBlock = 16;
    private const int NumberBits = 26;
    private const uint NumberMask = (1U << NumberBits) - 1;
    private static readonly long Kept = TimeSpan.FromHours(24).Ticks;
    private readonly List<ClosedBlock> blocks = [];
    private ClosedBlock? last;
    private uint[] table = new uint[Smallest];
    private uint first;

    /// <summary>How many ids are remembered.</summary>
    public int Count { get; private set; }

    public ClosedState Find(IdHash id)
    {
        for (var at = Start((uint)id.High); ; at = After(at))
        {
            var group = GroupAt(at);
            var same = Vector256.Equals(group & Vector256.Create(~NumberMask), Vector256.Create(Tag((uint)id.High))).ExtractMostSignificantBits();
            for (; same != 0; same &= same - 1)
            {
                var number = (table[at + BitOperations.TrailingZeroCount(same)] - first) & NumberMask;
                ref readonly var known = ref blocks[(int)(number / ClosedBlock.Most)][(int)(number % ClosedBlock.Most)];
                if (known.Is(id))
                {
                    return known.State;
                }
            }

            if (Vector256.EqualsAny(group, Vector256<uint>.Zero))
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
            var seen = table;
            ref var start = ref seen[(int)id.High & (seen.Length - Group)];
            Sse.Prefetch0(Unsafe.AsPointer(ref start));
            Sse.Prefetch0(Unsafe.AsPointer(ref Unsafe.Add(ref start, Group - 1)));
        }
    }

    /// <summary>Remembers an id that is not remembered yet.</summary>
    public void Add(IdHash id, ClosedState state, long now)
    {
        if ((Count + 1) * 8 > table.Length * 7)
        {
            Rebuild(now);
        }

        if (last is null || !last.Takes(now))
        {
            if (blocks.Count == (1 << NumberBits) / ClosedBlock.Most - 1)
            {
                // As many as have numbers, and several gigabytes: the oldest go early.
                blocks[0].Clear();
                Rebuild(now);
            }

            blocks.Add(last = new ClosedBlock(now, last?.Count == ClosedBlock.Most ? ClosedBlock.Most : FirstOfBlock));
        }

        Put((uint)id.High, Number(blocks.Count - 1, last.Count));
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
        table = new uint[Math.Max(Smallest, (int)BitOperations.RoundUpToPowerOf2((uint)(Count + 1) * 3))];
        for (var i = 0; i < blocks.Count; i++)
        {
            for (var index = 0; index < blocks[i].Count; index++)
            {
                Put(blocks[i][index].High, Number(i, index));
            }
        }
    }

    private uint Number(int block, int index) => (first + (uint)(block * ClosedBlock.Most) + (uint)index) & NumberMask;

    // There is always a free place: the table is never full.
    private void Put(uint high, uint number)
    {
        for (var at = Start(high); ; at = After(at))
        {
            var free = Vector256.Equals(GroupAt(at), Vector256<uint>.Zero).ExtractMostSignificantBits();
            if (free != 0)
            {
                table[at + BitOperations.TrailingZeroCount(free)] = Tag(high) | number;
                return;
            }
        }
    }

    private int Start(uint high) => (int)high & (table.Length - Group);

    private int After(int group) => (group + Group) & (table.Length - Group);

    private Vector256<uint> GroupAt(int group) => Vector256.Create<uint>(table.AsSpan(group, Group));

    // 1 to 63, of the bits that choose the group in the very largest tables only. 0 is an empty place.
    private static uint Tag(uint high) => ((high >> NumberBits) is var tag && tag == 0 ? 1 : tag) << NumberBits;
}
