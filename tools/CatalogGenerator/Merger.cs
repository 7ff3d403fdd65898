using System.Text.RegularExpressions;

namespace SafeLlm.CatalogGenerator;

/// <summary>Brings the tables together: where they disagree the higher price stands.</summary>
internal sealed partial class Merger(Report report)
{
    private readonly SortedDictionary<string, RawModel> models = new(StringComparer.Ordinal);

    /// <summary>Adds a model, or raises what is there of it.</summary>
    public void Add(RawModel model)
    {
        if (!models.TryAdd(model.Key, model))
        {
            Raise(models[model.Key], model);
        }
    }

    /// <summary>The models that have what a price needs.</summary>
    public IReadOnlyList<RawModel> Complete()
    {
        FillLimits();
        FillSearches();
        var complete = new List<RawModel>();
        foreach (var model in models.Values)
        {
            if (model.IsEmbedding)
            {
                model.Prices.TryAdd("out", 0);
            }

            if (model.Prices.ContainsKey("in") && model.Prices.ContainsKey("out"))
            {
                complete.Add(model);
            }
            else
            {
                report.Incomplete(model);
            }
        }

        return complete;
    }

    private void Raise(RawModel known, RawModel other)
    {
        foreach (var (key, price) in other.Prices)
        {
            if (!known.Prices.TryGetValue(key, out var before))
            {
                known.Prices[key] = price;
            }
            else if (before != price)
            {
                known.Prices[key] = Math.Max(before, price);
                report.Disagreement(known, key, before, other, price);
                if (before > 0 && price > before && key.AsSpan().IndexOfAny('@', ':') < 0)
                {
                    RaiseWith(known, other, key, price / before);
                }
            }
        }

        known.Context = Largest(known.Context, other.Context);
        known.MaxOutput = Largest(known.MaxOutput, other.MaxOutput);
        known.IsReasoning |= other.IsReasoning;
    }

    /// <summary>Prices that only the cheaper table has hang on the price that was raised: half of it in a batch, twice of it for long inputs.</summary>
    private static void RaiseWith(RawModel known, RawModel other, string key, decimal factor)
    {
        foreach (var hanging in known.Prices.Keys.Where(name => !other.Prices.ContainsKey(name) && IsVariant(name, key)).ToList())
        {
            known.Prices[hanging] = decimal.Round(known.Prices[hanging] * factor, 10, MidpointRounding.AwayFromZero) / 1.000000000000000000000000000000m;
        }
    }

    private static bool IsVariant(string name, string key) =>
        (name.Length > key.Length && name.StartsWith(key, StringComparison.Ordinal) && name[key.Length] is '@' or ':') || (key == "cw" && name.StartsWith("cw1h", StringComparison.Ordinal));

    /// <summary>
    /// A name that one table spells its own way has no limits there: it takes those of the same provider's model of which the
    /// name differs in dots, dates and <c>latest</c> alone, the largest of them.
    /// </summary>
    private void FillLimits()
    {
        var limits = models.Values.ToLookup(Spelling, StringComparer.Ordinal);
        foreach (var model in models.Values.Where(model => model.Context is null || model.MaxOutput is null).ToList())
        {
            foreach (var sibling in limits[Spelling(model)])
            {
                model.Context = model.Context is null || sibling.Context > model.Context ? sibling.Context ?? model.Context : model.Context;
                model.MaxOutput = model.MaxOutput is null || sibling.MaxOutput > model.MaxOutput ? sibling.MaxOutput ?? model.MaxOutput : model.MaxOutput;
                model.IsReasoning |= sibling.IsReasoning;
            }
        }
    }

    /// <summary>
    /// A model that searches the web in each of its calls, asked or not, has the search in the price of every call. A dated name has the
    /// price of a search from the name without its date where the tables leave it out.
    /// </summary>
    private void FillSearches()
    {
        var named = models.Values.ToLookup(Spelling, StringComparer.Ordinal);
        foreach (var model in models.Values.Where(model => model.Provider == "openai" && SearchesInEachCall().IsMatch(model.Name)).ToList())
        {
            var search = named[Spelling(model)].Max(sibling => sibling.Prices.GetValueOrDefault("per-search"));
            if (search == 0) continue;
            model.Prices["per-search"] = search;
            model.Prices.TryAdd("per-request", search);
        }
    }

    [GeneratedRegex("-search-(preview|api)")]
    private static partial Regex SearchesInEachCall();

    private static string Spelling(RawModel model) =>
        $"{model.Provider}\t{DateAtEnd().Replace(model.Name, "").Replace('.', '-')}";

    [GeneratedRegex(@"([-@](\d{4}-\d{2}-\d{2}|\d{8}|latest))$")]
    private static partial Regex DateAtEnd();

    // a limit too large makes a quote's upper end too high, one too small makes it untrue
    private static long? Largest(long? one, long? other) => one is null || other > one ? other : one;
}
