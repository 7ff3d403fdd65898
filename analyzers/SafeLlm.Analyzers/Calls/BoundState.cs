namespace SafeLlm.Analyzers.Calls;

/// <summary>What is known of a request's output bound.</summary>
internal enum BoundState
{
    /// <summary>It cannot be seen from here.</summary>
    Unknown,

    /// <summary>No path sets one.</summary>
    Absent,

    /// <summary>At least one path sets one.</summary>
    Present,
}
