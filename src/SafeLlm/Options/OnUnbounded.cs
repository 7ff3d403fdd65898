namespace SafeLlm;

/// <summary>What becomes of a request that has no output bound.</summary>
public enum OnUnbounded
{
    /// <summary>It is given one.</summary>
    Insert,

    /// <summary>It is refused.</summary>
    Refuse,
}
