namespace SafeLlm.Testing;

/// <summary>
/// How many requests the double takes before it answers 429. What is left stands in every answer's headers, as real providers have it:
/// <c>x-ratelimit-*-requests</c> with OpenAI's formats, <c>anthropic-ratelimit-requests-*</c> with Anthropic's. All callers share it.
/// </summary>
/// <param name="Requests">How many at once, and within <paramref name="Per"/>: at least 1.</param>
/// <param name="Per">The time.</param>
public sealed record ProviderRateLimit(int Requests, TimeSpan Per)
{
    /// <summary>Whether what was used comes back bit by bit, as a bucket fills; else all of it at the end of a window.</summary>
    /// <value>The default is true.</value>
    public bool RefillsSteadily { get; init; } = true;
}
