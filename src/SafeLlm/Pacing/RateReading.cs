namespace SafeLlm.Pacing;

/// <summary>What a provider said of one of its limits.</summary>
/// <param name="Limit">How much there is when it is full.</param>
/// <param name="Remaining">How much is left.</param>
/// <param name="FullAt">When it is full again.</param>
internal readonly record struct RateReading(long Limit, long Remaining, DateTimeOffset FullAt);
