namespace SafeLlm;

/// <summary>
/// What may be spent between the opening of a scope and its end, in this process: an agent's run has a beginning and an end, and no
/// calendar. Limits, which other processes share and which outlive the scope, go beside it.
/// </summary>
public sealed record ScopeBounds
{
    /// <summary>The most dollars, over all attempts of all calls.</summary>
    /// <value>The default is null: no bound.</value>
    public decimal? Dollars { get; init; }

    /// <summary>The most tokens, in and out.</summary>
    /// <value>The default is null: no bound.</value>
    public long? Tokens { get; init; }

    /// <summary>The most calls. A retry is no further call.</summary>
    /// <value>The default is null: no bound.</value>
    public int? Calls { get; init; }

    /// <summary>The most rounds with tools: calls that hand the model what a tool answered.</summary>
    /// <value>The default is null: no bound.</value>
    public int? ToolRounds { get; init; }
}
