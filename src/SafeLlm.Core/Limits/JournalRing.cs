namespace SafeLlm.Limits;

/// <summary>
/// The last lines of a journal, found by id and outcome. One array in the order of arrival, chained by hash: what goes is forgotten by its hash
/// alone, without a look at a line that nobody has touched for thousands of others. Not thread-safe.
/// </summary>
/// <param name="capacity">How many lines are kept, from 1.</param>
internal sealed class JournalRing(int capacity)
{
    private const int LeastLines = 64;
    private const int None = -1;

    private Line[] lines = new Line[Math.Min(capacity, LeastLines)];
    private int[] heads = [];
    private int first;
    private int count;

    private struct Line
    {
        public JournalEntry Entry;
        public int Hash;
        public int Next;
    }

    /// <summary>Adds a line, in the place of the oldest where there are too many. False where one of this id and outcome is there.</summary>
    public bool TryAdd(JournalEntry entry)
    {
        var hash = HashCode.Combine(entry.Id.GetHashCode(StringComparison.Ordinal), entry.Outcome);
        if (count == lines.Length && count < capacity || heads.Length == 0) Grow();
        for (var place = heads[HeadOf(hash)]; place != None; place = lines[place].Next)
        {
            ref readonly var line = ref lines[place];
            if (line.Hash == hash && line.Entry.Outcome == entry.Outcome && string.Equals(line.Entry.Id, entry.Id, StringComparison.Ordinal)) return false;
        }

        if (count == lines.Length) RemoveFirst();
        Put((first + count) % lines.Length, entry, hash);
        count++;
        return true;
    }

    /// <summary>The lines, the oldest first.</summary>
    public JournalEntry[] ToArray()
    {
        var all = new JournalEntry[count];
        for (var i = 0; i < count; i++) all[i] = lines[(first + i) % lines.Length].Entry;
        return all;
    }

    private void RemoveFirst()
    {
        ref var next = ref heads[HeadOf(lines[first].Hash)];
        while (next != first) next = ref lines[next].Next;
        next = lines[first].Next;
        first = (first + 1) % lines.Length;
        count--;
    }

    private void Put(int place, JournalEntry entry, int hash)
    {
        ref var head = ref heads[HeadOf(hash)];
        lines[place] = new Line { Entry = entry, Hash = hash, Next = head };
        head = place;
    }

    private void Grow()
    {
        var (old, start) = (lines, first);
        if (heads.Length > 0) lines = new Line[(int)Math.Min(capacity, old.Length * 2L)];
        heads = new int[lines.Length];
        Array.Fill(heads, None);
        first = 0;
        for (var i = 0; i < count; i++)
        {
            var line = old[(start + i) % old.Length];
            Put(i, line.Entry, line.Hash);
        }
    }

    private int HeadOf(int hash) => (int)((uint)hash % (uint)heads.Length);
}
