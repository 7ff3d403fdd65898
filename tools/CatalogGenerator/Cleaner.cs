namespace SafeLlm.CatalogGenerator;

/// <summary>Drops what cannot be a price, and takes zero for "no price" unless the model is on the reviewed list.</summary>
internal sealed class Cleaner(Report report, IReadOnlySet<string> free)
{
    private const decimal Lowest = 0.001m;
    private const decimal Highest = 1_000m;
    private const decimal MostCacheFactor = 4m;

    /// <summary>The model with the prices that stand.</summary>
    public RawModel Clean(RawModel model)
    {
        var isFree = free.Contains($"{model.Provider}/{model.Name}");
        foreach (var (key, raw) in model.Prices.ToList())
        {
            // the tables were written with doubles: 1.0000000000000001e-07 is 0.1 a million
            var price = decimal.Round(raw, 10, MidpointRounding.AwayFromZero) / 1.000000000000000000000000000000m;
            model.Prices[key] = price;
            if (price == 0 && !isFree && !(key == "out" && model.IsEmbedding))
            {
                model.Prices.Remove(key);
                report.NoPrice(model, key);
            }
            else if (price < 0 || (price > 0 && IsPerMillion(key) && price is < Lowest or > Highest))
            {
                model.Prices.Remove(key);
                report.Dropped(model, key, price);
            }
        }

        // an hour in a cache costs twice the input wherever it is sold; six dollars beside a quarter is another model's price
        if (model.Prices.TryGetValue("cw1h", out var hour) && model.Prices.TryGetValue("in", out var input) && hour > MostCacheFactor * input)
        {
            model.Prices.Remove("cw1h");
            report.Dropped(model, "cw1h", hour);
        }

        return model;
    }

    private static bool IsPerMillion(string key) => !key.StartsWith("per-", StringComparison.Ordinal) && !key.StartsWith("factor-", StringComparison.Ordinal);
}
