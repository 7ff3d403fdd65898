using SafeLlm.Limits;
using SafeLlm.Sqlite;

namespace SafeLlm.Soak;

/// <summary>The stores that a soak can run on.</summary>
internal static class SoakStores
{
    private static readonly Dictionary<string, Func<TimeProvider, ValueTask<SafeLlmStores>>> All = new(StringComparer.Ordinal)
    {
        ["memory"] = time => ValueTask.FromResult(InMemoryStoreHostExtensions.InMemory(time)),
        ["redis"] = RedisSoakServer.OpenAsync,
        ["sqlite"] = time => ValueTask.FromResult(SqliteStores.Open(SoakFiles.Next(), time)),
    };

    public static IEnumerable<string> Names => All.Keys;

    /// <summary>Opens new and empty stores.</summary>
    /// <exception cref="FormatException">There is no store of that name.</exception>
    public static Func<TimeProvider, ValueTask<SafeLlmStores>> Get(string name) =>
        All.TryGetValue(name, out var open) ? open : throw new FormatException($"There is no store {name}; there are {string.Join(", ", Names)}.");
}
