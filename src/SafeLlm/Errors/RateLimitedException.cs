namespace SafeLlm;

/// <summary>
/// Too many requests: a limit of ours on requests or concurrent calls is used up, or a provider asks for a longer wait than
/// <see cref="SafeLlmClientOptions.RetryAfterCap"/> or the call's own time allows.
/// </summary>
public sealed class RateLimitedException : SafeLlmException
{
    internal RateLimitedException(Refusal refusal, TimeSpan? retryAfter, Exception? inner = null)
        : base(refusal.Message, refusal, inner) => RetryAfter = retryAfter;

    /// <summary>How long to wait before trying again; null where that is not known.</summary>
    public TimeSpan? RetryAfter { get; }
}
