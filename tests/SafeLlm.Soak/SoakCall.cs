namespace SafeLlm.Soak;

/// <summary>What a caller tried.</summary>
internal enum SoakCall
{
    /// <summary>A call that must be served.</summary>
    Good,

    /// <summary>A call that must be refused.</summary>
    Refused,

    /// <summary>A call whose endpoint or caller fails.</summary>
    Fault,
}
