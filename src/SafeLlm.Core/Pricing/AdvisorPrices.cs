using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>What models cost that the one asked for may ask within a call (Anthropic's advisor). They read what it reads, as often as it asks.</summary>
public sealed class AdvisorPrices
{
    private readonly IReadOnlyList<(string Name, ModelPrice Price)> models;

    private AdvisorPrices(ModelPrice asked, IReadOnlyList<(string Name, ModelPrice Price)> models)
    {
        this.models = models;
        Dearest = models.Aggregate(asked, (dearest, model) => DearestPrice.Of(dearest, model.Price));
    }

    /// <summary>A price that is no lower than that of the model asked for, nor than that of any that it may ask.</summary>
    internal ModelPrice Dearest { get; }

    /// <summary>Those of a call; null where it allows none.</summary>
    internal static AdvisorPrices? Of(CallFacts facts, ModelPrice asked, ModelCatalog catalog) =>
        facts.AdvisorModels.Count == 0 ? null : Read(facts, asked, catalog);

    /// <summary>What they cost by an answer, each at its own price. A model that the request did not name costs the dearest.</summary>
    /// <param name="prices">The prices of the call's advisors; null where it names none.</param>
    /// <param name="asked">The price of the model asked for.</param>
    /// <param name="answer">The answer; null where none came.</param>
    public static NanoUsd Charge(AdvisorPrices? prices, ModelPrice asked, ResponseReading? answer)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var cost = NanoUsd.Zero;
        for (var i = 0; i < (answer?.Advisors.Count ?? 0); i++)
        {
            var (model, usage) = answer!.Advisors[i];
            cost += Quoter.Cost(prices?.Find(model) ?? asked, usage with { ServiceTier = answer.Billable?.ServiceTier ?? ServiceTier.Standard });
        }

        return cost;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{models.Count} advisors";

    // By itself, as what the lambda captures would cost each call an object that has no advisor.
    private static AdvisorPrices Read(CallFacts facts, ModelPrice asked, ModelCatalog catalog) =>
        new(asked, [.. facts.AdvisorModels.Select(model => (model, catalog.PriceOfAdvisor(facts, model, asked)))]);

    // An answer may name the dated version of what was asked for.
    private ModelPrice Find(string? model)
    {
        foreach (var (name, price) in models)
        {
            if (model == name || model == price.Model || (model is not null && model.StartsWith(name + "-2", StringComparison.Ordinal))) return price;
        }

        return Dearest;
    }
}
