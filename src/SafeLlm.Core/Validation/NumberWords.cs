using System.Collections.Frozen;

namespace SafeLlm.Validation;

/// <summary>Numbers that are spelled in words.</summary>
internal static class NumberWords
{
    private const long Most = 1_000_000_000_000;

    private static readonly FrozenDictionary<string, (long Number, bool IsUnit)> Values = new Dictionary<string, (long, bool)>(StringComparer.Ordinal)
    {
        ["hundred"] = (100, true),
        ["hundreds"] = (100, true),
        ["thousand"] = (1_000, true),
        ["thousands"] = (1_000, true),
        ["million"] = (1_000_000, true),
        ["millions"] = (1_000_000, true),
        ["billion"] = (1_000_000_000, true),
        ["billions"] = (1_000_000_000, true),
        ["two"] = (2, false),
        ["three"] = (3, false),
        ["four"] = (4, false),
        ["five"] = (5, false),
        ["six"] = (6, false),
        ["seven"] = (7, false),
        ["eight"] = (8, false),
        ["nine"] = (9, false),
        ["ten"] = (10, false),
        ["twelve"] = (12, false),
        ["fifteen"] = (15, false),
        ["twenty"] = (20, false),
        ["thirty"] = (30, false),
        ["forty"] = (40, false),
        ["fifty"] = (50, false),
        ["sixty"] = (60, false),
        ["seventy"] = (70, false),
        ["eighty"] = (80, false),
        ["ninety"] = (90, false),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, (long Number, bool IsUnit)>.AlternateLookup<ReadOnlySpan<char>> Lookup = Values.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>All words that are numbers.</summary>
    public static IEnumerable<string> All => Values.Keys;

    /// <summary>The number after one more word: <c>ten</c> is 10, and <c>thousand</c> behind it makes 10,000. 0 where the word is no number.</summary>
    public static long After(long before, ReadOnlySpan<char> word) =>
        !Lookup.TryGetValue(word, out var value) ? 0
        : value.IsUnit ? Math.Min(Math.Max(1, before) * value.Number, Most)
        : value.Number;
}
