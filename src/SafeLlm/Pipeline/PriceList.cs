using System.Globalization;
using SafeLlm.Pricing;

namespace SafeLlm.Pipeline;

/// <summary>Finds what a model costs, by the stated policy where it has no price.</summary>
internal sealed class PriceList(ClientRuntime runtime, ModelCatalog catalog, bool allowUnpriced)
{
    private readonly Lazy<(decimal Input, decimal Output)> dearest = new(() =>
    {
        decimal input = 0, output = 0;
        foreach (var model in catalog.Models)
        {
            input = Math.Max(input, Math.Max(model.InputPerMillion, Math.Max(model.CachedInputPerMillion ?? 0, model.CacheWritePerMillion ?? 0)));
            output = Math.Max(output, model.OutputPerMillion);
        }

        return (input, output);
    });

    /// <exception cref="RequestRejectedException">The model is unknown, and unpriced calls are not allowed.</exception>
    public ModelPrice Find(Call call, string? model)
    {
        if (model is not null && catalog.TryFind(model, out var known)) return known;

        // An empty catalog has no dearest price, and unknown is never zero.
        if (!allowUnpriced || dearest.Value is { Input: 0, Output: 0 })
        {
            runtime.Refuse(call, new Refusal(RefusalCode.UnknownModel, model is null
                ? "The request names no model, so it cannot be priced. Name one."
                : $"The catalog of {catalog.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} has no price for the model \"{Shown(model)}\". Add it to Models, e.g. "
                  + $"options.Models.Add(new ModelPrice(\"{Shown(model)}\", inputPerMillion, outputPerMillion)), map it in Aliases to a model that it stands for, or set AllowUnpriced.")
            {
                Field = "model",
            });
        }

        // Whether it reasons is not known either; taken for so, a missing usage is never settled from what was seen.
        return new ModelPrice(model ?? "(none)", dearest.Value.Input, dearest.Value.Output) { IsReasoning = true };
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
