using System.Buffers;

namespace SafeLlm.Pricing;

/// <summary>
/// Models that search the web in their calls without being asked to. Where the catalog has no price of a call that the search is in, it is a
/// tool that runs at the provider as any other.
/// </summary>
public static class SearchingModel
{
    /// <summary>The tool whose price theirs is, as requests name it where they have a choice.</summary>
    public const string Tool = "web_search_options";

    // Every call asks, and nearly no model has one of these in its name.
    private static readonly SearchValues<string> Hints = SearchValues.Create(["-search-", "-online", "sonar", "compound"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a model's searches cost something that is in none of its prices.</summary>
    public static bool IsUnpriced(ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        return price.PerCall == 0 && price.Model.AsSpan().ContainsAny(Hints) && (SearchesOnce(price) || SearchesOften(price));
    }

    /// <summary>Whether it searches once a call, and not as often as it finds good.</summary>
    public static bool SearchesOnce(ModelPrice price)
    {
        ArgumentNullException.ThrowIfNull(price);
        return price.Model.Contains("-search-preview", StringComparison.OrdinalIgnoreCase)
            || price.Model.Contains("-search-api", StringComparison.OrdinalIgnoreCase)
            || price.Model.EndsWith("-online", StringComparison.OrdinalIgnoreCase)
            || (IsOf("sonar", price) && !price.Model.EndsWith("-chat", StringComparison.OrdinalIgnoreCase) && !SearchesOften(price));
    }

    private static bool SearchesOften(ModelPrice price) => IsOf("sonar-deep-research", price) || IsOf("sonar-pro-search", price) || IsOf("compound", price);

    // A service that passes calls on has the maker before the name: perplexity/sonar.
    private static bool IsOf(string family, ModelPrice price) =>
        price.Model.AsSpan(price.Model.LastIndexOf('/') + 1).StartsWith(family, StringComparison.OrdinalIgnoreCase);
}
