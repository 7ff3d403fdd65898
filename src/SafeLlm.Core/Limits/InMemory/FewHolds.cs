using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SafeLlm.Limits.InMemory;

/// <summary>
/// The first few open holds of a shard, in no order. They stand in the shard itself: a thread that comes from another's core has
/// two lines of memory to bring over for them, and not five of a table, a heap and what these refer to.
/// </summary>
internal struct FewHolds
{
    private Hashes hashes;
    private Entries entries;

    public int Count { get; private set; }

    public readonly HoldEntry this[int index] => entries[index]!;

    /// <summary>The one that is due first.</summary>
    public readonly HoldEntry? Earliest
    {
        get
        {
            HoldEntry? earliest = null;
            for (var i = 0; i < Count; i++)
            {
                if (earliest is null || entries[i]!.Due < earliest.Due)
                {
                    earliest = entries[i];
                }
            }

            return earliest;
        }
    }

    public readonly HoldEntry? Find(uint hash, string id)
    {
        var alike = Vector256.Equals(Vector256.Create<uint>(hashes), Vector256.Create(hash)).ExtractMostSignificantBits();
        for (alike &= (1u << Count) - 1; alike != 0; alike &= alike - 1)
        {
            var entry = entries[BitOperations.TrailingZeroCount(alike)]!;
            if (string.Equals(entry.Hold.Id, id, StringComparison.Ordinal))
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>Takes an entry in, unless there are too many.</summary>
    public bool TryAdd(HoldEntry entry)
    {
        if (Count == Entries.Most)
        {
            return false;
        }

        entry.HeapIndex = HoldEntry.InNoHeap;
        Put(Count++, entry);
        return true;
    }

    public void Remove(HoldEntry entry)
    {
        var place = 0;
        while (entries[place] != entry)
        {
            place++;
        }

        // Its last place still names it: most likely it comes back there, and nothing need then be told to the collector.
        if (place != --Count)
        {
            Put(place, entries[Count]!);
        }
    }

    private void Put(int place, HoldEntry entry)
    {
        hashes[place] = entry.Hash;
        if (entries[place] != entry)
        {
            entries[place] = entry;
        }
    }

    [InlineArray(Entries.Most)]
    private struct Hashes
    {
        private uint first;
    }

    [InlineArray(Most)]
    private struct Entries
    {
        public const int Most = 8;
        private HoldEntry? first;
    }
}
