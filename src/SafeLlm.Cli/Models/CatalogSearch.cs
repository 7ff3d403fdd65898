using SafeLlm.Pricing;

namespace SafeLlm.Cli.Models;

/// <summary>Looks for models of the catalog.</summary>
internal static class CatalogSearch
{
    /// <summary>The models of which <c>provider/name</c> has all words of a filter, by provider and name.</summary>
    public static IReadOnlyList<ModelPrice> Find(string? filter)
    {
        var words = (filter ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. ModelCatalog.Embedded.Models
                .Where(model => words.All(word => $"{model.Provider}/{model.Model}".Contains(word, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(model => model.Provider, StringComparer.Ordinal).ThenBy(model => model.Model, StringComparer.Ordinal),
        ];
    }

    /// <summary>The models with names most like one that is not in the catalog, the nearest first.</summary>
    public static IEnumerable<ModelPrice> Near(string name) => ModelCatalog.Embedded.Models
        .DistinctBy(model => model.Model, StringComparer.OrdinalIgnoreCase)
        .Select(model => (Model: model, Distance: Distance(name, model.Model)))
        .Where(near => near.Distance <= Math.Max(2, name.Length / 4))
        .OrderBy(near => near.Distance).ThenBy(near => near.Model.Model, StringComparer.Ordinal)
        .Select(near => near.Model);

    /// <summary>How many letters must be put in, taken out or changed. Names of more than 64 letters are near none.</summary>
    private static int Distance(string one, string other)
    {
        if (one.Length > 64 || other.Length > 64) return int.MaxValue;
        Span<int> row = stackalloc int[other.Length + 1];
        for (var column = 0; column < row.Length; column++) row[column] = column;
        for (var line = 1; line <= one.Length; line++)
        {
            var diagonal = row[0];
            row[0] = line;
            for (var column = 1; column < row.Length; column++)
            {
                var change = diagonal + (char.ToUpperInvariant(one[line - 1]) == char.ToUpperInvariant(other[column - 1]) ? 0 : 1);
                diagonal = row[column];
                row[column] = Math.Min(change, Math.Min(row[column], row[column - 1]) + 1);
            }
        }

        return row[^1];
    }
}
