using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>What models cost, as of a day. Immutable.</summary>
public sealed class ModelCatalog
{
    // who made a model serves it under its bare name; elsewhere the same name may cost something else
    private static readonly string[] Makers = ["openai", "anthropic", "google", "mistral", "cohere", "x-ai", "deepseek", "perplexity", "voyageai", "moonshotai", "zhipuai", "ai21"];

    private static readonly Lazy<ModelCatalog> Shipped = new(() =>
    {
        var (date, models) = CatalogFile.Read();
        return new ModelCatalog(date, models, [], new(StringComparer.OrdinalIgnoreCase));
    });

    private readonly List<ModelPrice> shipped;
    private readonly List<ModelPrice> added;
    private readonly Dictionary<string, string> aliases;
    private readonly ConcurrentDictionary<string, (decimal Input, decimal Output)> dearest = new(StringComparer.OrdinalIgnoreCase);

    // of a name without a date that has a price of its own and others with dates: found when it is first asked for
    private readonly ConcurrentDictionary<string, ModelPrice> either = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> ownNames = new(StringComparer.OrdinalIgnoreCase);
    private readonly NamedPrices names = new();
    private readonly NamedPrices dated = new();

    private string? hash;

    private ModelCatalog(DateOnly date, List<ModelPrice> shipped, List<ModelPrice> added, Dictionary<string, string> aliases)
    {
        Date = date;
        this.shipped = shipped;
        this.added = added;
        this.aliases = aliases;
        foreach (var model in shipped)
        {
            Put($"{model.Provider}/{model.Model}", model);
            Put(model.Model, model);
        }

        foreach (var model in shipped)
        {
            foreach (var name in (string[])[model.Model, $"{model.Provider}/{model.Model}"])
            {
                if (ModelNames.Undated(name) is { } undated)
                {
                    dated.Add(undated, model);
                }
            }
        }

        foreach (var model in added)
        {
            names.Set(model.Model, model);
            ownNames.Add(model.Model);
            if (model.Provider is not null)
            {
                names.Set($"{model.Provider}/{model.Model}", model);
            }
        }
    }

    /// <summary>
    /// The name under which <see cref="With"/> takes a price for every model that has none: <c>*</c>. Without it such models are unknown.
    /// </summary>
    public const string AnyModel = "*";

    /// <summary>The catalog that comes with SafeLlm.</summary>
    public static ModelCatalog Embedded => Shipped.Value;

    /// <summary>The day of the prices.</summary>
    public DateOnly Date { get; }

    /// <summary>Names these prices, additions and aliases included: 32 hexadecimal digits, the same for the same catalog.</summary>
    public string Hash => hash ??= CatalogHash.Of(added, aliases);

    /// <summary>All models.</summary>
    public IEnumerable<ModelPrice> Models => added.Concat(shipped);

    /// <summary>A catalog with these models added or replaced, and these deployments or aliases mapped to a model.</summary>
    /// <param name="models">They count before those of the same name; a price is of at least 0 dollars.</param>
    /// <param name="aliases">From the name in requests to the name in the catalog.</param>
    /// <exception cref="ArgumentException">A model has no name or a price below 0, or an alias leads to no model.</exception>
    public ModelCatalog With(IEnumerable<ModelPrice>? models = null, IReadOnlyDictionary<string, string>? aliases = null)
    {
        var more = new List<ModelPrice>(added);
        foreach (var model in models ?? [])
        {
            if (string.IsNullOrWhiteSpace(model.Model))
            {
                throw new ArgumentException("A model of the catalog needs a name: set Model.", nameof(models));
            }

            if (model.LowestPrice() < 0)
            {
                throw new ArgumentException($"The model {model.Model} has a price of {model.LowestPrice()} dollars per million tokens; a price is at least 0.", nameof(models));
            }

            more.Add(model);
        }

        var merged = new Dictionary<string, string>(this.aliases, StringComparer.OrdinalIgnoreCase);
        foreach (var (alias, model) in aliases ?? new Dictionary<string, string>())
        {
            merged[alias] = model;
        }

        var catalog = new ModelCatalog(Date, shipped, more, merged);
        foreach (var (alias, model) in merged)
        {
            if (!catalog.TryResolve(model, out _))
            {
                throw new ArgumentException($"The alias {alias} leads to {model}, which the catalog of {Date:yyyy-MM-dd} does not have. Correct the name, or add the model with its prices.", nameof(aliases));
            }
        }

        return catalog;
    }

    /// <summary>The price of a model by its name or alias. False where it is unknown: never a neighbour's price.</summary>
    /// <param name="model">
    /// As in a request, or provider/name. A date or <c>latest</c> behind a name that the catalog has without, or with other dates, gives
    /// the dearest of these. Who made a model stands for its bare name; where that is nobody, the dearest provider of that name.
    /// </param>
    /// <param name="price">The model's price.</param>
    public bool TryFind(string model, [NotNullWhen(true)] out ModelPrice? price)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (TryResolve(aliases.TryGetValue(model, out var target) ? target : model, out price))
        {
            return true;
        }

        price = model.Length > 0 && names.TryFind(AnyModel, out var any) ? any with { Model = model } : null;
        return price is not null;
    }

    /// <summary>
    /// The price of a call: that of the provider that the request goes to, else as by the model's name alone, with what the
    /// request asks for that changes all prices (a region, to be served fast).
    /// </summary>
    /// <param name="facts">The call.</param>
    /// <param name="price">The model's price; false where the request names no model, or one that is not known.</param>
    public bool TryFind(CallFacts facts, [NotNullWhen(true)] out ModelPrice? price)
    {
        ArgumentNullException.ThrowIfNull(facts);
        price = null;
        if (facts.Model is not { } model)
        {
            return false;
        }

        if (!TryFind(model, Providers.Of(facts.Authority), out price))
        {
            return false;
        }

        // whichever may answer: the dearest of them, and where one has no price the call has none
        foreach (var other in facts.OtherModels)
        {
            if (!TryFind(other, Providers.Of(facts.Authority), out var another))
            {
                price = null;
                return false;
            }

            price = DearestPrice.Of(price, another);
        }

        price = WithFactors(facts, price);
        return true;
    }

    /// <summary>The price of a model that the one asked for may ask within a call; the dearest at that provider where it is not known.</summary>
    internal ModelPrice PriceOfAdvisor(CallFacts facts, string model, ModelPrice asked) =>
        TryFind(model, Providers.Of(facts.Authority), out var price) ? WithFactors(facts, price)
        : Dearest(model, facts.Authority) is { } dearest ? DearestPrice.Of(asked, dearest) with { Model = model }
        : asked;

    private static ModelPrice WithFactors(CallFacts facts, ModelPrice price)
    {
        foreach (var name in facts.PriceFactors)
        {
            price = price.Factors.TryGetValue(name, out var factor) ? price.Times(factor) with { Factors = price.Factors } : price;
        }

        return price;
    }

    private bool TryFind(string model, string? provider, [NotNullWhen(true)] out ModelPrice? price)
    {
        price = null;
        var isOwn = aliases.ContainsKey(model) || ownNames.Contains(model);
        return (!isOwn && provider is not null && TryResolve($"{provider}/{ModelNames.Bare(model)}", out price)) || TryFind(model, out price);
    }

    /// <summary>
    /// A price for a model that is not in the catalog, where a policy lets such calls pass: for each kind of tokens the highest
    /// that the provider behind the authority charges for any of its models, or where that is none, anybody.
    /// </summary>
    /// <param name="model">The model's name.</param>
    /// <param name="authority">Where the request goes.</param>
    /// <returns>Null where the catalog is empty: unknown is never zero.</returns>
    public ModelPrice? Dearest(string model, string authority)
    {
        ArgumentNullException.ThrowIfNull(model);
        var provider = Providers.Of(authority);
        var (input, output) = dearest.GetOrAdd(provider ?? "", static (name, models) => DearestOf(models, name), (IEnumerable<ModelPrice>)Models);
        if (input == 0 && output == 0 && provider is not null)
        {
            (input, output) = dearest.GetOrAdd("", static (name, models) => DearestOf(models, name), (IEnumerable<ModelPrice>)Models);
        }

        // whether it reasons is not known either; taken for so, a missing usage is never settled from what was seen
        return input == 0 && output == 0 ? null : new ModelPrice(model, input, output) { IsReasoning = true, Provider = provider };
    }

    private static (decimal Input, decimal Output) DearestOf(IEnumerable<ModelPrice> models, string provider)
    {
        decimal input = 0, output = 0;
        foreach (var model in models)
        {
            if (provider.Length > 0 && !string.Equals(model.Provider, provider, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            foreach (var kind in Enum.GetValues<PriceKind>())
            {
                foreach (var tier in (ReadOnlySpan<ServiceTier>)[ServiceTier.Standard, ServiceTier.Priority])
                {
                    var price = new Rates(model, long.MaxValue, tier).Of(kind);
                    var isOutput = kind is PriceKind.Output or PriceKind.Reasoning or PriceKind.AudioOutput;
                    (input, output) = isOutput ? (input, Math.Max(output, price)) : (Math.Max(input, price), output);
                }
            }
        }

        return (input, output);
    }

    private bool TryResolve(string model, [NotNullWhen(true)] out ModelPrice? price)
    {
        if (names.TryFind(model, out price))
        {
            return true;
        }

        var name = ModelNames.Bare(model);
        if (names.TryFind(name, out price))
        {
            return true;
        }

        var undated = ModelNames.Undated(name) ?? name;
        dated.TryFind(undated, out var sibling);
        names.TryFind(undated, out var plain);
        price = plain is null ? sibling : sibling is null ? plain : either.GetOrAdd(undated, static (_, both) => DearestPrice.Of(both.plain, both.sibling), (plain, sibling));
        return price is not null;
    }

    private void Put(string name, ModelPrice model)
    {
        var isMaker = IsMaker(model);
        if (!names.TryFindFirst(name, out var known) || IsMaker(known) == isMaker)
        {
            names.Add(name, model);
        }
        else if (isMaker)
        {
            names.Set(name, model);
        }
    }

    private static bool IsMaker(ModelPrice model) => Array.IndexOf(Makers, model.Provider) >= 0;
}
