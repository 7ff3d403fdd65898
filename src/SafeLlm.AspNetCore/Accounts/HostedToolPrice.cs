using System.Buffers;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>What one use of a tool costs that runs at the provider.</summary>
/// <param name="Name">The tool; dated versions of it are the same.</param>
/// <param name="PerUse">The price.</param>
/// <param name="MostUses">The most uses of one call.</param>
internal sealed record HostedToolPrice(string Name, NanoUsd PerUse, int MostUses)
{
    private static readonly SearchValues<char> DateCharacters = SearchValues.Create("_-0123456789");

    public bool IsOf(string tool) =>
        tool.StartsWith(Name, StringComparison.Ordinal) && (tool.Length == Name.Length || IsDate(tool.AsSpan(Name.Length)));

    // web_search_20250305, web_search_preview_2025_03_11
    private static bool IsDate(ReadOnlySpan<char> rest) => rest is ['_', >= '0' and <= '9', ..] && !rest.ContainsAnyExcept(DateCharacters);
}
