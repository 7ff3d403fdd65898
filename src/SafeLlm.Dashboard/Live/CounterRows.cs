using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>Makes lines of counters: each by the kind of its scope and the tier of its keys, and one for all callers of a tier together.</summary>
internal static class CounterRows
{
    /// <summary>How many lines of a kind are shown: the fullest.</summary>
    public const int MostOfAKind = 100;

    public static IReadOnlyList<CounterRow> Of(IReadOnlyList<CounterState> counters, IReadOnlyList<KeyRow> keys)
    {
        var tiers = TiersOf(keys);
        List<CounterRow> rows = [.. counters.Select(counter => new CounterRow(KindOf(counter.Scope), tiers.GetValueOrDefault(counter.Scope), counter))];
        // Who has made no call in a window has no counter in it, so the sum is of those who have.
        rows.AddRange(rows
            .Where(row => row.Tier is not null)
            .GroupBy(row => (row.Tier, row.State.Dimension, row.State.Window))
            .Select(group => new CounterRow(CounterRow.Sum, group.Key.Tier, SumOf(group.Key.Tier!, group.Select(row => row.State).ToList()))));
        return rows;
    }

    /// <summary>The fullest of each kind.</summary>
    public static IEnumerable<CounterRow> Fullest(IReadOnlyList<CounterRow> rows) => rows
        .GroupBy(row => row.Kind, StringComparer.Ordinal)
        .OrderBy(kind => Place(kind.Key))
        .SelectMany(kind => kind
            .OrderByDescending(row => row.Share)
            .ThenBy(row => row.State.Scope, StringComparer.Ordinal)
            .ThenBy(row => row.State.Dimension)
            .ThenBy(row => row.State.Window, StringComparer.Ordinal)
            .Take(MostOfAKind));

    private static string KindOf(string scope) => scope.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? scope[..colon] : scope == Limit.AppScope ? scope : "other";

    private static int Place(string kind) => kind switch
    {
        Limit.AppScope => 0,
        "tier" => 1,
        CounterRow.Sum => 2,
        "key" => 3,
        "user" => 4,
        _ => 5,
    };

    private static Dictionary<string, string?> TiersOf(IReadOnlyList<KeyRow> keys)
    {
        var tiers = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            if (!tiers.TryAdd(key.Scope, key.Tier) && tiers[key.Scope] != key.Tier) tiers[key.Scope] = null;
        }

        return tiers;
    }

    private static CounterState SumOf(string tier, List<CounterState> states) => new(
        tier,
        states[0].Dimension,
        states[0].Window,
        Add(states.Select(state => state.Cap)),
        Add(states.Select(state => state.Spent)),
        Add(states.Select(state => state.Held)))
    {
        ResetsAt = states[0].ResetsAt,
        Fault = states.Select(state => state.Fault).FirstOrDefault(fault => fault is not null),
    };

    private static long Add(IEnumerable<long> amounts) => (long)Math.Min(long.MaxValue, amounts.Aggregate(0m, (sum, amount) => sum + amount));
}
