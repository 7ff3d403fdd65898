using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SafeLlm.CatalogGenerator;

/// <summary>
/// Writes the catalog: one line for all names of a provider that share their facts. Columns are separated by tabs: provider, names, context
/// window, most output, marks (r reasons, e embeds), prices. The first line has the day and the hash of the rest.
/// </summary>
internal static class CatalogWriter
{
    /// <summary>The day of the older of the two tables: what it says may have changed since.</summary>
    public static DateOnly Date { get; } = new(2026, 8, 1);

    public static void Write(string path, DateOnly date, IEnumerable<RawModel> models)
    {
        var text = new StringBuilder();
        var lines = models.GroupBy(Facts, model => model, StringComparer.Ordinal)
            .Select(group => (Names: string.Join(' ', group.Select(model => model.Name).Order(StringComparer.Ordinal)), First: group.First(), Facts: group.Key))
            .OrderBy(line => line.First.Provider, StringComparer.Ordinal).ThenBy(line => line.Names, StringComparer.Ordinal);
        foreach (var (names, first, facts) in lines)
        {
            text.Append(first.Provider).Append('\t').Append(names).Append('\t').Append(facts[(facts.IndexOf('\t', StringComparison.Ordinal) + 1)..]).Append('\n');
        }

        var body = text.ToString();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        File.WriteAllText(path, string.Create(CultureInfo.InvariantCulture, $"safellm-catalog 1\t{date:yyyy-MM-dd}\t{hash}\n{body}"));
    }

    private static string Facts(RawModel model)
    {
        var marks = (model.IsReasoning ? "r" : "") + (model.IsEmbedding ? "e" : "");
        var prices = string.Join(' ', model.Prices.Select(price => string.Create(CultureInfo.InvariantCulture, $"{price.Key}={price.Value}")));
        return string.Create(CultureInfo.InvariantCulture, $"{model.Provider}\t{model.Context}\t{model.MaxOutput}\t{marks}\t{prices}");
    }
}
