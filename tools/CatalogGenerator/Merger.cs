namespace SafeLlm.CatalogGenerator;

/// <summary>Brings the tables together: where they disagree the higher price stands.</summary>
internal sealed class Merger(Report report)
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
            }
        }

        known.Context = Largest(known.Context, other.Context);
        known.MaxOutput = Largest(known.MaxOutput, other.MaxOutput);
        known.IsReasoning |= other.IsReasoning;
    }

    // a limit too large makes a quote's upper end too high, one too small makes it untrue
    private static long? Largest(long? one, long? other) => one is null || other > one ? other : one;
}
