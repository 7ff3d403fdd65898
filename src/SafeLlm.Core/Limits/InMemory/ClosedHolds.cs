using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// The ids of closed holds, each for 24 hours and an hour or two more: some 22 bytes an id. They are written one after the other
/// into blocks, which leave as they came; a table says where. The gate of its owner guards it, and it is a part of its owner, so
/// that a thread that comes from another's core finds it on the lines that it has to bring over anyway.
/// </summary>
/// <remarks>
/// The last few ids wait for their places (<see cref="ClosedPlaces"/>) and are given them together, as many writes far apart then
/// wait for memory once; until then they are found by a line of bytes of their own.
/// </remarks>
internal struct ClosedHolds
{
    private const int FewestWaiting = 8;
    private const int MostBlocks = 1 << 20;
    private static readonly long Kept = TimeSpan.FromHours(24).Ticks;
    private readonly List<ClosedBlock> blocks = [];
    private ClosedId[] waiting = new ClosedId[FewestWaiting];
    private Tags waitingTags;
    private long waitingSince;
    private long newest;
    private int waitingCount;
    private int placed;
    private uint first;

    public ClosedHolds()
    {
    }

    /// <summary>Where the ids are that wait no more.</summary>
    public ClosedPlaces Places { get; } = new();

    /// <summary>How many ids are remembered.</summary>
    public readonly int Count => placed + waitingCount;

    public readonly ClosedState Find(IdHash id)
    {
        var alike = Vector512.Equals(Vector512.Create<byte>(waitingTags), Vector512.Create(ClosedPlaces.Tag((uint)id.High))).ExtractMostSignificantBits();
        for (; alike != 0; alike &= alike - 1)
        {
            var place = BitOperations.TrailingZeroCount(alike);
            if (place < waitingCount && waiting[place] is var late && late.Is(id))
            {
                return late.State;
            }
        }

        return Places.Find(id, blocks, first);
    }

    /// <summary>Remembers an id that is not remembered yet.</summary>
    public void Add(IdHash id, ClosedState state, long now)
    {
        if (waitingCount == Tags.Most || (waitingCount > 0 && !ClosedBlock.IsNear(waitingSince, now)))
        {
            PlaceWaiting(now);
        }

        if (waitingCount == waiting.Length)
        {
            Array.Resize(ref waiting, waitingCount * 2);
        }

        if (waitingCount == 0)
        {
            (waitingSince, newest) = (now, now);
        }

        newest = Math.Max(newest, now);
        waitingTags[waitingCount] = ClosedPlaces.Tag((uint)id.High);
        waiting[waitingCount++] = new ClosedId(id, state);
    }

    /// <summary>Drops what is older than 24 hours and gives the room back.</summary>
    public void Trim(long now)
    {
        PlaceWaiting(now);
        if (blocks.Count > 0)
        {
            Rebuild(now, more: 0);
        }
    }

    private void PlaceWaiting(long now)
    {
        if (waitingCount == 0)
        {
            return;
        }

        if (!Places.HasRoomFor(placed + waitingCount))
        {
            Rebuild(now, waitingCount);
        }

        var last = blocks.Count > 0 ? blocks[^1] : null;
        if (last is null || !last.Takes(waitingCount, waitingSince, newest))
        {
            if (blocks.Count == MostBlocks)
            {
                // Half a billion ids, and several gigabytes: the oldest go early.
                blocks[0].Clear();
                Rebuild(now, waitingCount);
            }

            blocks.Add(last = new ClosedBlock(waitingSince, last?.Count > ClosedBlock.Most / 2 ? ClosedBlock.Most : waitingCount));
        }

        var from = last.Count;
        last.Add(waiting.AsSpan(0, waitingCount), newest);
        placed += waitingCount;
        waitingCount = 0;
        PlaceAll(blocks.Count - 1, from, last.Count);
    }

    private void Rebuild(long now, int more)
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
        placed = blocks.Sum(block => block.Count);
        Places.Clear(placed + more);
        for (var i = 0; i < blocks.Count; i++)
        {
            for (var index = 0; index < blocks[i].Count; index += Tags.Most)
            {
                PlaceAll(i, index, Math.Min(index + Tags.Most, blocks[i].Count));
            }
        }
    }

    private readonly void PlaceAll(int number, int from, int to)
    {
        var block = blocks[number];
        for (var index = from; index < to; index++)
        {
            Places.ExpectToAdd(block[index].High);
        }

        var start = first + (uint)(number * ClosedBlock.Most);
        for (var index = from; index < to; index++)
        {
            Places.Add(block[index].High, start + (uint)index);
        }
    }

    /// <summary>A line of memory.</summary>
    [InlineArray(Most)]
    private struct Tags
    {
        public const int Most = 64;
        private byte first;
    }
}
