namespace SafeLlm.Limits.InMemory;

/// <summary>Some ids of <see cref="ClosedHolds"/> that were closed one after the other, and leave together.</summary>
internal sealed class ClosedBlock(long now)
{
    /// <summary>How many ids it takes. A power of two.</summary>
    public const int Most = 512;

    private const int Smallest = 16;
    private static readonly long Longest = TimeSpan.FromHours(1).Ticks;
    private readonly long begun = now;
    private uint[] high = new uint[Smallest];
    private ulong[] low = new ulong[Smallest];
    private long newest = now;

    public int Count { get; private set; }

    /// <summary>Whether an id of now still belongs here: there is room, and no id has to wait long for another to leave.</summary>
    public bool Takes(long now) => Count < Most && (ulong)(now - begun + Longest) <= (ulong)(2 * Longest);

    public uint High(int index) => high[index];

    public ulong Low(int index) => low[index];

    public void Add(uint addedHigh, ulong addedLow, long now)
    {
        if (Count == high.Length)
        {
            Array.Resize(ref high, Count * 2);
            Array.Resize(ref low, Count * 2);
        }

        high[Count] = addedHigh;
        low[Count++] = addedLow;
        newest = Math.Max(newest, now);
    }

    /// <summary>Whether every id of it was closed longer ago than that. Ids from the future (the clock stepped back) are young.</summary>
    public bool IsOlder(long age, long now) => now - newest > age;

    /// <summary>Forgets its ids. The block stays where others follow it.</summary>
    public void Clear() => (high, low, Count) = ([], [], 0);
}
