using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Pipeline;

/// <summary>What became of a call, for the typed client. Complete once the answer's content has ended.</summary>
internal sealed class CallReport
{
    /// <summary>Under which the typed client hands one to the pipeline with its request.</summary>
    public static readonly HttpRequestOptionsKey<CallReport> Key = new("SafeLlm.CallReport");

    /// <summary>Whether the call ends after its quote: nothing is held and nothing is sent.</summary>
    public bool QuoteOnly { get; init; }

    public Quote? Quote { get; set; }

    public int Attempts { get; set; }

    public BoundChange BoundChange { get; set; }

    /// <summary>The bound that was sent, in tokens a choice.</summary>
    public long? Bound { get; set; }

    /// <summary>What all attempts were charged.</summary>
    public NanoUsd Cost { get; set; }

    /// <summary>How the last attempt was read; null where it brought no content that could be metered.</summary>
    public ResponseReading? Reading { get; set; }

    /// <summary>Whether the last charge followed the provider's own usage.</summary>
    public bool UsageWasReported { get; set; }

    /// <summary>What the last attempt was charged, in tokens.</summary>
    public long ChargedInput { get; set; }

    /// <inheritdoc cref="ChargedInput"/>
    public long ChargedOutput { get; set; }
}
