using SafeLlm.Pricing;

namespace SafeLlm.Pipeline;

/// <summary>The plain values of the options as they were when the client was made: changing options later changes no call.</summary>
internal sealed class ClientSettings(SafeLlmClientOptions options)
{
    public NanoUsd? MaxPerCall { get; } = options.MaxDollarsPerCall is { } dollars ? NanoUsd.FromDollars(dollars) : null;

    public TimeSpan MaxWait { get; } = options.MaxWait;

    public bool Shadow { get; } = options.Shadow;

    public long DefaultMaxOutputTokens { get; } = options.DefaultMaxOutputTokens;

    public long DefaultMaxReasoningOutputTokens { get; } = options.DefaultMaxReasoningOutputTokens;

    public long? MaxOutputTokens { get; } = options.MaxOutputTokens;

    public long ReasoningFloor { get; } = options.ReasoningFloor;

    public OnUnbounded OnUnbounded { get; } = options.OnUnbounded;

    public OnMissingUsage OnMissingUsage { get; } = options.OnMissingUsage;

    public TimeSpan DrainTimeout { get; } = options.DrainTimeout;

    public bool AllowUnsigned { get; } = options.AllowUnsigned;

    public int MaxAttempts { get; } = options.MaxAttempts;

    public TimeSpan Timeout { get; } = options.Timeout;

    public TimeSpan? AttemptTimeout { get; } = options.AttemptTimeout;

    public int BreakAfter { get; } = options.BreakAfter;

    public TimeSpan BreakFor { get; } = options.BreakFor;

    public TimeSpan RetryAfterCap { get; } = options.RetryAfterCap;

    public long MaxRequestBytes { get; } = options.MaxRequestBytes;
}
