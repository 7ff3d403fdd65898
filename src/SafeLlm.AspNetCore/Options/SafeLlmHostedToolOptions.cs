namespace SafeLlm.AspNetCore;

/// <summary>What a tool that runs at the provider costs, and how often one call may use it.</summary>
public sealed class SafeLlmHostedToolOptions
{
    /// <summary>
    /// The price of one use, in US dollars, on top of its tokens. Required: a missing price is not taken for zero. What is held is this for all
    /// uses that the request allows, and what is charged for those that its answer tells; where it tells none, all stay charged.
    /// </summary>
    public decimal? DollarsPerUse { get; set; }

    /// <summary>
    /// The most uses in one call. The request must bound them itself (<c>max_tool_calls</c>, <c>max_uses</c>), at this or below. A use of xAI's
    /// <c>search_parameters</c> is a source, of which a request has 20 unless it asks for fewer (<c>max_search_results</c>).
    /// </summary>
    /// <value>The default is 5; from 1 to 1,000.</value>
    public int MostUses { get; set; } = 5;
}
