namespace SafeLlm.Formats;

/// <summary>
/// Tokens as they are billed: the four amounts never overlap, whatever the provider's own counting includes in what.
/// </summary>
/// <param name="Input">Input tokens that no cache served and none kept.</param>
/// <param name="CacheRead">Input tokens read from a cache.</param>
/// <param name="CacheWrite">Input tokens written to a cache.</param>
/// <param name="Output">Output tokens, reasoning included.</param>
public readonly record struct BillableUsage(long Input, long CacheRead, long CacheWrite, long Output)
{
    /// <summary>Of <see cref="CacheWrite"/>: tokens that are kept for an hour and not for minutes.</summary>
    public long CacheWriteLong { get; init; }

    /// <summary>Of <see cref="Output"/>: tokens of reasoning.</summary>
    public long Reasoning { get; init; }

    /// <summary>Of <see cref="Input"/>: tokens of sound.</summary>
    public long AudioInput { get; init; }

    /// <summary>Of <see cref="Output"/>: tokens of sound.</summary>
    public long AudioOutput { get; init; }

    /// <summary>How the provider says that it served the call.</summary>
    public ServiceTier ServiceTier { get; init; }

    /// <summary>All input tokens, cached or not.</summary>
    public long TotalInput => Input + CacheRead + CacheWrite;
}
