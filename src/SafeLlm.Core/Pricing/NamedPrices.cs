using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace SafeLlm.Pricing;

/// <summary>
/// Prices by name. A name that stands for several models has the dearest price of each kind, found when it is first asked for: of
/// thousands of names a program asks for a few.
/// </summary>
internal sealed class NamedPrices
{
    private readonly Dictionary<string, ModelPrice> first = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<ModelPrice>> others = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, ModelPrice> dearest = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Says what a name stands for, alone.</summary>
    public void Set(string name, ModelPrice model)
    {
        first[name] = model;
        _ = others.Remove(name);
    }

    /// <summary>Adds to what a name stands for.</summary>
    public void Add(string name, ModelPrice model)
    {
        if (first.TryAdd(name, model))
        {
            return;
        }

        if (!others.TryGetValue(name, out var models))
        {
            others[name] = models = [];
        }

        models.Add(model);
    }

    /// <summary>The first that was added to a name.</summary>
    public bool TryFindFirst(string name, [NotNullWhen(true)] out ModelPrice? price) => first.TryGetValue(name, out price);

    /// <summary>The price of a name. Not while names are still added.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out ModelPrice? price)
    {
        if (!first.TryGetValue(name, out price))
        {
            return false;
        }

        if (others.TryGetValue(name, out var models))
        {
            price = dearest.GetOrAdd(name, static (_, all) => all.models.Aggregate(all.price, DearestPrice.Of), (price, models));
        }

        return true;
    }
}
