using System.Globalization;
using System.Text.Json;

namespace SafeLlm.CatalogGenerator;

/// <summary>Reads facts from the table of pydantic/genai-prices (MIT): dollars per million tokens, with a history.</summary>
internal static class GenAiTable
{
    private static readonly (string Member, string Key)[] Members =
    [
        ("input_mtok", "in"), ("output_mtok", "out"), ("cache_read_mtok", "cr"), ("cache_write_mtok", "cw"),
        ("input_audio_mtok", "audio-in"), ("output_audio_mtok", "audio-out"), ("cache_audio_read_mtok", "audio-cr"),
    ];

    private static readonly Dictionary<string, string> Providers = new(StringComparer.Ordinal) { ["aws"] = "bedrock" };

    /// <summary>All models, one for each name that a rule of the table spells out.</summary>
    public static IEnumerable<RawModel> Read(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var provider in document.RootElement.EnumerateArray())
        {
            var id = provider.GetProperty("id").GetString()!;
            foreach (var entry in provider.GetProperty("models").EnumerateArray())
            {
                var prices = Prices(entry.GetProperty("prices"));
                var name = entry.GetProperty("id").GetString()!;
                foreach (var spelled in Names(entry.GetProperty("match")).Append(name).Distinct(StringComparer.Ordinal))
                {
                    var model = new RawModel("genai", Providers.GetValueOrDefault(id, id), spelled, name.Contains("embed", StringComparison.Ordinal))
                    {
                        Context = entry.TryGetProperty("context_window", out var context) ? context.GetInt64() : null,
                    };
                    foreach (var (key, price) in prices)
                    {
                        model.Prices[key] = price;
                    }

                    yield return model;
                }
            }
        }
    }

    /// <summary>The names that a rule spells out. What merely begins with or holds one is not taken for it: a longer name may be another model.</summary>
    private static IEnumerable<string> Names(JsonElement match)
    {
        foreach (var rule in match.EnumerateObject())
        {
            if (rule.Name is "or" or "and")
            {
                foreach (var name in rule.Value.EnumerateArray().SelectMany(Names))
                {
                    yield return name;
                }
            }
            else if (rule.Name is "equals" or "starts_with" && rule.Value.GetString() is { Length: > 2 } name && char.IsLetterOrDigit(name[^1]))
            {
                yield return name;
            }
        }
    }

    /// <summary>What is charged from the catalog's day on. Of prices that follow one another or hang on the hour, the highest: the catalog outlives its day.</summary>
    private static SortedDictionary<string, decimal> Prices(JsonElement prices)
    {
        var result = new SortedDictionary<string, decimal>(StringComparer.Ordinal);
        if (prices.ValueKind == JsonValueKind.Object)
        {
            Take(prices, result);
            return result;
        }

        var day = CatalogWriter.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var all = prices.EnumerateArray().ToList();
        var inForce = all.FindLastIndex(item => Start(item) is { } start && string.CompareOrdinal(start, day) <= 0);
        for (var index = Math.Max(0, inForce); index < all.Count; index++)
        {
            Take(all[index].GetProperty("prices"), result);
        }

        return result;
    }

    private static string? Start(JsonElement item) =>
        item.TryGetProperty("constraint", out var constraint) && constraint.ValueKind == JsonValueKind.Object && constraint.TryGetProperty("start_date", out var start) ? start.GetString() : null;

    private static void Take(JsonElement prices, SortedDictionary<string, decimal> result)
    {
        foreach (var (member, key) in Members)
        {
            if (!prices.TryGetProperty(member, out var price))
            {
                continue;
            }

            if (price.ValueKind == JsonValueKind.Object)
            {
                Raise(result, key, price.GetProperty("base"));
                foreach (var tier in price.GetProperty("tiers").EnumerateArray())
                {
                    Raise(result, string.Create(CultureInfo.InvariantCulture, $"{key}@{tier.GetProperty("start").GetInt64()}"), tier.GetProperty("price"));
                }
            }
            else
            {
                Raise(result, key, price);
            }
        }

        if (prices.TryGetProperty("requests_kcount", out var requests))
        {
            result["per-request"] = decimal.Parse(requests.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture) / 1000m;
        }
    }

    private static void Raise(SortedDictionary<string, decimal> result, string key, JsonElement price)
    {
        var value = decimal.Parse(price.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);
        result[key] = Math.Max(value, result.GetValueOrDefault(key));
    }
}
