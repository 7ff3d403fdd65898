namespace SafeLlm.Tokens;

/// <summary>How sure an upper end is, the surest first.</summary>
public enum EstimateBasis
{
    /// <summary>The number itself.</summary>
    Exact,

    /// <summary>It cannot be more: bytes and overhead, or the model's own maximum.</summary>
    Bounded,

    /// <summary>It held in at least 95 % of the recorded calls of its class.</summary>
    Calibrated,
}
