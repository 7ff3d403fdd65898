namespace SafeLlm.Limits.InMemory;

/// <summary>
/// Entries of holds that are gone, to be used again. Each thread has its own: an entry takes several lines of memory, and whoever
/// closes a hold has them at hand.
/// </summary>
internal sealed class SpareEntries
{
    private const int Most = 16;

    [ThreadStatic]
    private static SpareEntries? mine;

    private readonly HoldEntry?[] entries = new HoldEntry?[Most];
    private int count;

    /// <summary>An entry to fill, with room for the parts of a hold.</summary>
    public static HoldEntry Rent(int shares)
    {
        // Stays where it is, as it will most likely come back there: nothing then need be told to the collector.
        var entry = mine is { count: > 0 } spare ? spare.entries[--spare.count]! : new HoldEntry();
        entry.Reserve(shares);
        return entry;
    }

    /// <summary>Nobody refers to the entry any more.</summary>
    public static void Return(HoldEntry entry)
    {
        var spare = mine ??= new SpareEntries();
        if (spare.count < Most)
        {
            entry.Clear();
            if (spare.entries[spare.count] != entry)
            {
                spare.entries[spare.count] = entry;
            }

            spare.count++;
        }
    }
}
