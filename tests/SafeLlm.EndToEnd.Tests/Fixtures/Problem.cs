using System.Text.Json;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>A refusal as it went over the wire.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="RetryAfter">The header; null where there is none.</param>
/// <param name="Content">The problem document.</param>
internal sealed record Problem(int Status, TimeSpan? RetryAfter, JsonElement Content)
{
    public string? Code => Content.GetProperty("code").GetString();

    public string? Detail => Content.GetProperty("detail").GetString();

    public bool Has(string member) => Content.TryGetProperty(member, out _);
}
