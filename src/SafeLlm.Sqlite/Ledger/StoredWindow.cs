using System.Collections.Concurrent;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>Windows by the names under which the file has them; empty for none.</summary>
internal static class StoredWindow
{
    // A zone that the program made itself cannot be found by its name; it is known while the program runs.
    private static readonly ConcurrentDictionary<string, Window> Seen = new(StringComparer.Ordinal);

    private static int count;

    /// <summary>How many names are known beyond those that can be found: where it has grown, what could not be read may be readable now.</summary>
    public static int Count => Volatile.Read(ref count);

    public static string Name(Window? window)
    {
        if (window is null)
        {
            return "";
        }

        var name = window.Name;
        if (Seen.TryAdd(name, window))
        {
            _ = Interlocked.Increment(ref count);
        }

        return name;
    }

    /// <summary>The window of a name, null for none. False where its time zone is not known here.</summary>
    public static bool TryFind(string name, out Window? window)
    {
        window = null;
        if (name.Length == 0 || Seen.TryGetValue(name, out window))
        {
            return true;
        }

        try
        {
            window = Window.Parse(name);
            return true;
        }
        catch (Exception unknown) when (unknown is FormatException or ArgumentException)
        {
            return false;
        }
    }
}
