using System.Collections.Concurrent;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>Windows by the names under which the file has them; empty for none.</summary>
internal static class StoredWindow
{
    // A zone that the program made itself cannot be found by its name; it is known while the program runs.
    private static readonly ConcurrentDictionary<string, Window> Seen = new(StringComparer.Ordinal);

    public static string Name(Window? window)
    {
        if (window is null)
        {
            return "";
        }

        var name = window.Name;
        _ = Seen.TryAdd(name, window);
        return name;
    }

    /// <summary>The window of a name; null for none, and where its time zone is not known here.</summary>
    public static Window? Find(string name)
    {
        if (name.Length == 0)
        {
            return null;
        }

        try
        {
            return Seen.TryGetValue(name, out var window) ? window : Window.Parse(name);
        }
        catch (Exception unknown) when (unknown is FormatException or ArgumentException)
        {
            return null;
        }
    }
}
