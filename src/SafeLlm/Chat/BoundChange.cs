namespace SafeLlm;

/// <summary>What SafeLlm did to a request's output bound.</summary>
public enum BoundChange
{
    /// <summary>Nothing: it was sent as it came.</summary>
    None,

    /// <summary>The request had none and was given one.</summary>
    Inserted,

    /// <summary>The request's bound was above what is allowed and was lowered.</summary>
    Clamped,
}
