namespace SafeLlm.Cli.Quotes;

/// <summary>What came of a line of recorded requests.</summary>
internal enum LineOutcome
{
    /// <summary>It has a quote.</summary>
    Quoted,

    /// <summary>Its request has no quote: it spends nothing, or no provider would take it.</summary>
    WithoutQuote,

    /// <summary>It is no record.</summary>
    Unread,
}
