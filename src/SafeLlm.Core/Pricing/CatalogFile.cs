using System.Collections.Frozen;
using System.Globalization;
using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>
/// Reads the embedded catalog, which <c>tools/CatalogGenerator</c> writes. The first line has the format, the day and the hash of the
/// rest; each further one, separated by tabs: provider, names, context window, most output, marks (r reasons, e embeds), prices.
/// A price is <c>kind@threshold:tier=dollars</c>, the threshold in input tokens; both parts behind the kind may be absent.
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
        List<PriceStep>? steps = null;
        Dictionary<string, decimal>? factors = null;
        foreach (var item in columns[5].Split(' '))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var value = decimal.Parse(item.AsSpan(equals + 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
            var key = item[..equals];
            if (key.StartsWith("factor-", StringComparison.Ordinal))
            {
                (factors ??= new(StringComparer.OrdinalIgnoreCase))[key["factor-".Length..]] = value;
            }
            else if (key.AsSpan().IndexOfAny('@', ':') >= 0)
            {
                if (Step(key, value) is { } step)
                {
                    (steps ??= []).Add(step);
                }
            }
            else
            {
                price = Plain(price, key, value);
            }
        }

        steps?.Sort((one, other) => one.AboveInputTokens.CompareTo(other.AboveInputTokens));
        price = price with
        {
            Steps = steps is null ? [] : steps,
            Factors = factors is null ? FrozenDictionary<string, decimal>.Empty : factors.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
        };
        foreach (var name in columns[1].Split(' '))
        {
            models.Add(price with { Model = name });
        }
    }

    private static ModelPrice Plain(ModelPrice price, string key, decimal value) => key switch
    {
        "in" => price with { InputPerMillion = value },
        "out" => price with { OutputPerMillion = value },
        "cr" => price with { CachedInputPerMillion = value },
        "cw" => price with { CacheWritePerMillion = value },
        "cw1h" => price with { CacheWriteLongPerMillion = value },
        "reasoning" => price with { ReasoningPerMillion = value },
        "audio-in" => price with { AudioInputPerMillion = value },
        "audio-out" => price with { AudioOutputPerMillion = value },
        "per-request" => price with { PerCall = value },
        "per-search" => price with { PerSearch = value },
        _ => price,
    };

    private static PriceStep? Step(string key, decimal value)
    {
        var colon = key.IndexOf(':', StringComparison.Ordinal);
        var at = key.IndexOf('@', StringComparison.Ordinal);
        var end = colon < 0 ? key.Length : colon;
        var tier = colon < 0 ? ServiceTier.Standard : ServiceTiers.Of(key.AsSpan(colon + 1));
        var threshold = at < 0 ? 0 : long.Parse(key.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        PriceKind? kind = key[..(at < 0 ? end : at)] switch
        {
            "in" => PriceKind.Input,
            "out" => PriceKind.Output,
            "cr" => PriceKind.CachedInput,
            "cw" => PriceKind.CacheWrite,
            "cw1h" => PriceKind.CacheWriteLong,
            "reasoning" => PriceKind.Reasoning,
            "audio-in" => PriceKind.AudioInput,
            "audio-out" => PriceKind.AudioOutput,
            _ => null,
        };
        return kind is { } found ? new PriceStep(found, tier, threshold, value) : null;
    }

    private static long? Tokens(string column) => column.Length == 0 ? null : long.Parse(column, NumberStyles.None, CultureInfo.InvariantCulture);
}
