using System.Buffers;

namespace SafeLlm.Pricing;

/// <summary>What one use of a tool costs that runs at the provider, on top of its tokens.</summary>
/// <param name="Name">The tool as requests name it; dated versions of it are the same: <c>web_search</c> is <c>web_search_20250305</c> too.</param>
/// <param name="DollarsPerUse">The price of one use, in US dollars; 0 where it costs none.</param>
public sealed record HostedToolPrice(string Name, decimal DollarsPerUse)
{
    private static readonly SearchValues<char> DateCharacters = SearchValues.Create("_-0123456789");

    /// <summary>The most uses of one call; null where the request has to say it.</summary>
    public int? MostUses { get; init; }

    /// <summary>Whether it is the price of a tool that a request names so.</summary>
    public bool IsOf(string tool)
    {
        ArgumentNullException.ThrowIfNull(tool);
        return tool.StartsWith(Name, StringComparison.Ordinal) && (tool.Length == Name.Length || IsDate(tool.AsSpan(Name.Length)));
    }

    // web_search_20250305, web_search_preview_2025_03_11
    private static bool IsDate(ReadOnlySpan<char> rest) => rest is ['_', >= '0' and <= '9', ..] && !rest.ContainsAnyExcept(DateCharacters);
}
