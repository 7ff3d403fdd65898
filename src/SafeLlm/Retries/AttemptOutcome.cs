using SafeLlm.Formats;

namespace SafeLlm.Retries;

/// <summary>What an attempt came to, as far as another one is concerned. The default asks for none.</summary>
/// <param name="Kind">Whether another attempt can help, and whether this one may have been billed.</param>
/// <param name="After">How long the provider asks to wait; null where it does not say.</param>
/// <param name="What">What happened, for people: a status or a kind of failure.</param>
internal readonly record struct AttemptOutcome(RetryKind Kind, TimeSpan? After, string What)
{
    public bool CanBeRetried => Kind is RetryKind.Unbilled or RetryKind.PossiblyBilled;

    /// <summary>Whether a quota is used up, of which the provider may say when it begins anew.</summary>
    public bool IsQuota => Kind == RetryKind.Fatal && What is "429";

    /// <summary>Whether the provider itself is out of order, rather than asking for patience as 429 does.</summary>
    public bool IsOutage => CanBeRetried && What is not "429";
}
