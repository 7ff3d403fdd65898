using System.Globalization;

namespace SafeLlm.Pricing;

/// <summary>
/// Reads the embedded catalog, which <c>tools/CatalogGenerator</c> writes. The first line has the format, the day and the hash of the
/// rest; each further one, separated by tabs: provider, names, context window, most output, marks (r reasons, e embeds), prices.
/// </summary>
internal static class CatalogFile
{
    private const string Resource = "SafeLlm.Pricing.catalog.tsv";

    /// <summary>The bytes of the embedded catalog.</summary>
    public static Stream Open() => typeof(CatalogFile).Assembly.GetManifestResourceStream(Resource)
        ?? throw new InvalidOperationException($"The assembly has no resource {Resource}.");

    /// <summary>Reads the day and the models.</summary>
    public static (DateOnly Date, List<ModelPrice> Models) Read()
    {
        using var reader = new StreamReader(Open());
        var head = reader.ReadLine()!.Split('\t');
        var models = new List<ModelPrice>(4_096);
        while (reader.ReadLine() is { } line)
        {
            Read(line, models);
        }

        return (DateOnly.ParseExact(head[1], "yyyy-MM-dd", CultureInfo.InvariantCulture), models);
    }

    private static void Read(string line, List<ModelPrice> models)
    {
        var columns = line.Split('\t');
        var price = new ModelPrice("", 0, 0)
        {
            Provider = columns[0],
            ContextTokens = Tokens(columns[2]),
            MaxOutputTokens = Tokens(columns[3]),
            IsReasoning = columns[4].Contains('r', StringComparison.Ordinal),
            IsEmbedding = columns[4].Contains('e', StringComparison.Ordinal),
        };
        foreach (var item in columns[5].Split(' '))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var value = decimal.Parse(item.AsSpan(equals + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
            price = item[..equals] switch
            {
                "in" => price with { InputPerMillion = value },
                "out" => price with { OutputPerMillion = value },
                "cr" => price with { CachedInputPerMillion = value },
                "cw" => price with { CacheWritePerMillion = value },
                _ => price,
            };
        }

        foreach (var name in columns[1].Split(' '))
        {
            models.Add(price with { Model = name });
        }
    }

    private static long? Tokens(string column) => column.Length == 0 ? null : long.Parse(column, NumberStyles.None, CultureInfo.InvariantCulture);
}
