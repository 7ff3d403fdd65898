using System.Collections.Concurrent;
using SafeLlm.Limits;

namespace SafeLlm.Redis;

/// <summary>Windows by their names, by which the server has them.</summary>
internal static class KnownWindows
{
    // A time zone that the program made itself cannot be found by its name; it is known while the program runs.
    private static readonly ConcurrentDictionary<string, Window> Seen = new(StringComparer.Ordinal);

    public static void Remember(Window window) => _ = Seen.TryAdd(window.Name, window);

    /// <summary>The window of a name.</summary>
    /// <exception cref="RedisStoreException">Its time zone is not known here.</exception>
    public static Window Find(string name)
    {
        try
        {
            return Seen.TryGetValue(name, out var window) ? window : Window.Parse(name);
        }
        catch (Exception unknown) when (unknown is FormatException or ArgumentException)
        {
            throw new RedisStoreException($"The window {name} is of a time zone that is not known here. Look where the application runs, hold or read that limit in this process first, or install the zone's data on this machine.", unknown);
        }
    }
}
