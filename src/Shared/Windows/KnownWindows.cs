using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SafeLlm.Limits;

/// <summary>Windows by their names, by which stores have them.</summary>
internal static class KnownWindows
{
    // A time zone that the program made itself cannot be found by its name; it is known while the program runs.
    private static readonly ConcurrentDictionary<string, Window> Seen = new(StringComparer.Ordinal);

    private static int count;

    /// <summary>How many are remembered: where it has grown, what could not be read may be readable now.</summary>
    public static int Count => Volatile.Read(ref count);

    public static void Remember(Window window)
    {
        if (Seen.TryAdd(window.Name, window)) _ = Interlocked.Increment(ref count);
    }

    /// <summary>The window of a name. False where its time zone is not known here.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out Window? window)
    {
        if (Seen.TryGetValue(name, out window)) return true;
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
