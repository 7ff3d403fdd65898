using System.Globalization;
using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Pipeline;

/// <summary>Finds what a model costs, by the stated policy where it has no price.</summary>
internal sealed class PriceList(ClientRuntime runtime, ModelCatalog catalog, bool allowUnpriced)
{
    /// <exception cref="RequestRejectedException">The model is unknown, and unpriced calls are not allowed.</exception>
    public ModelPrice Find(Call call, CallFacts facts)
    {
        if (catalog.TryFind(facts, out var known)) return known;

        var model = facts.Model;
        var dearest = catalog.Dearest(model ?? "(none)", facts.Authority);
        if (!allowUnpriced || dearest is null)
        {
            runtime.Refuse(call, new Refusal(RefusalCode.UnknownModel, model is null
                ? "The request names no model, so it cannot be priced. Name one."
                : $"The catalog of {catalog.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} has no price for the model \"{Shown(model)}\". Add it to Models, e.g. "
                  + $"options.Models.Add(new ModelPrice(\"{Shown(model)}\", inputPerMillion, outputPerMillion)), map it in Aliases to a model that it stands for, or set AllowUnpriced.")
            {
                Field = "model",
            });
        }

        // In shadow mode a call passes that the catalog knows nothing of: an empty one has no dearest price.
        return dearest ?? new ModelPrice(model ?? "(none)", 0, 0) { IsReasoning = true };
    }

    /// <summary>A model's name for people: it comes from the request, so it is cut and loses what is no plain character.</summary>
    public static string Shown(string model)
    {
        var cut = model.Length > 64 ? model[..64] : model;
        return string.Create(cut.Length, cut, static (shown, name) =>
        {
            for (var i = 0; i < name.Length; i++) shown[i] = name[i] is >= '!' and <= '~' and not '"' ? name[i] : '?';
        });
    }
}
