namespace SafeLlm.Tokens;

/// <summary>A number of tokens that is not known yet.</summary>
/// <param name="Lower">Not fewer.</param>
/// <param name="Expected">The likely number.</param>
/// <param name="Upper">Not more, as sure as its basis says.</param>
public readonly record struct TokenRange(long Lower, long Expected, long Upper);
