namespace SafeLlm;

/// <summary>The one table from refusal to exception.</summary>
internal static class RefusalExceptions
{
    /// <param name="refusal">Why the call is not let through.</param>
    /// <param name="retryAfter">How long to wait, where the refusal is about a rate.</param>
    /// <param name="inner">What led to it.</param>
    public static SafeLlmException ToException(this Refusal refusal, TimeSpan? retryAfter = null, Exception? inner = null) => refusal.Code switch
    {
        RefusalCode.BudgetExceeded => new BudgetExceededException(refusal, inner),
        RefusalCode.RateLimited => new RateLimitedException(refusal, retryAfter, inner),
        RefusalCode.None => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Code, "A refusal needs a code."),
        _ => new RequestRejectedException(refusal, inner),
    };
}
