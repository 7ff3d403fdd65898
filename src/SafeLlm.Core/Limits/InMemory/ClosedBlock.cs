namespace SafeLlm.Limits.InMemory;

/// <summary>Some ids of <see cref="ClosedHolds"/> that were closed one after the other, and leave together.</summary>
/// <param name="now">When the first of them is closed.</param>
/// <param name="expected">How many ids it has room for at once; it grows to <see cref="Most"/>.</param>
internal sealed class ClosedBlock(long now, int expected)
{
    /// <summary>How many ids it takes. A power of two.</summary>
    public const int Most = 512;

    private static readonly long Longest = TimeSpan.FromHours(1).Ticks;
    private readonly long begun = now;

    // Copied by the collector on its way from young to old: what it pins it counts as old at once, and then collects all more often.
    private ClosedId[] ids = expected == Most ? GC.AllocateUninitializedArray<ClosedId>(Most) : new ClosedId[expected];
    private long newest = now;

    public int Count { get; private set; }

    /// <summary>Whether ids closed at two instants may leave together: no id has to wait long for another.</summary>
    public static bool IsNear(long one, long other) => (ulong)(other - one + Longest) <= (ulong)(2 * Longest);

    /// <summary>Whether some ids that were closed from one instant to another still belong here.</summary>
    public bool Takes(int more, long since, long until) => Count + more <= Most && IsNear(begun, since) && IsNear(begun, until);

    public ref readonly ClosedId this[int index] => ref ids[index];

    public void Add(ReadOnlySpan<ClosedId> more, long until)
    {
        if (Count + more.Length > ids.Length)
        {
            Array.Resize(ref ids, Math.Min(Most, Math.Max(Count + more.Length, Count * 2)));
        }

        more.CopyTo(ids.AsSpan(Count));
        Count += more.Length;
        newest = Math.Max(newest, until);
    }

    /// <summary>Whether every id of it was closed longer ago than that. Ids from the future (the clock stepped back) are young.</summary>
    public bool IsOlder(long age, long now) => now - newest > age;

    /// <summary>Forgets its ids. The block stays where others follow it.</summary>
    public void Clear() => (ids, Count) = ([], 0);
}
