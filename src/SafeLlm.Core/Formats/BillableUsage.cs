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
    /// <summary>All input tokens, cached or not.</summary>
    public long TotalInput => Input + CacheRead + CacheWrite;
}
