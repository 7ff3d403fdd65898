namespace SafeLlm.Limits;

/// <summary>What a limit counts.</summary>
public enum Dimension
{
    /// <summary>Attempts.</summary>
    Requests,

    /// <summary>Tokens in and out.</summary>
    Tokens,

    /// <summary>Tokens in.</summary>
    InputTokens,

    /// <summary>Tokens out.</summary>
    OutputTokens,

    /// <summary>Money, in nano-dollars.</summary>
    Dollars,

    /// <summary>Calls that are open at the same time. Has no window.</summary>
    ConcurrentCalls,
}
