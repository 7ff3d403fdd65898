using SafeLlm.Formats;
using SafeLlm.Holds;
using SafeLlm.Limits;
using SafeLlm.Pacing;
using SafeLlm.Pricing;
using SafeLlm.Retries;
using SafeLlm.Telemetry;

namespace SafeLlm.Pipeline;

/// <summary>One call on its way through the pipeline: what the stages learn and hand on. One owner at a time.</summary>
internal sealed class Call(string id, HttpRequestMessage request, CallReport report)
{
    /// <summary>Ours: names the call's holds.</summary>
    public string Id => id;

    public HttpRequestMessage Request => request;

    /// <summary>What the caller is told; the typed client hands one in.</summary>
    public CallReport Report => report;

    public RequestTarget Target { get; set; }

    /// <summary>Whether requests to this host are signed.</summary>
    public bool IsSigned { get; set; }

    /// <summary>Whether somebody else has signed the request, so that its bytes may not change.</summary>
    public bool IsSignedByOthers { get; set; }

    /// <summary>Whether the message may have headers of a signature already: the caller's, or those of an attempt before.</summary>
    public bool MayHaveSignatureFields { get; set; }

    /// <summary>What came, before anything was edited.</summary>
    public ReadOnlyMemory<byte> Received { get; set; }

    /// <summary>What is sent; null where there is no content, or where it was not read.</summary>
    public ReadOnlyMemory<byte>? Body { get; set; }

    /// <summary>Set in shadow mode where the content has more bytes than are taken in, and nobody told how many.</summary>
    public FlowingContent? Unread { get; set; }

    /// <summary>The facts of what is sent; null on a route that spends no tokens, and in shadow mode where it is not understood.</summary>
    public CallFacts? Facts { get; set; }

    /// <summary>Whether the route is known to spend no tokens, so that nothing is lost by sending it again.</summary>
    public bool IsPassage { get; set; }

    public ModelPrice? Price { get; set; }

    public Quote? Quote { get; set; }

    /// <summary>Set where the stream's usage was asked for by us alone.</summary>
    public bool FiltersUsage { get; set; }

    /// <summary>Every limit that the call is charged to.</summary>
    public IReadOnlyList<Limit> Limits { get; set; } = [];

    /// <summary>Set in shadow mode where the store could not be asked: no hold is taken.</summary>
    public bool IsUncounted { get; set; }

    /// <summary>The innermost scope around the call when it began.</summary>
    public SafeLlmScope? Scope { get; set; }

    /// <summary>Whether <see cref="Scope"/> and those around it have counted the call as one of theirs.</summary>
    public bool IsCountedInScopes { get; set; }

    /// <summary>Whether any attempt has gone to the transport and may have reached the provider.</summary>
    public bool WasSent { get; set; }

    /// <summary>Who answers, for measurements; null where <see cref="Target"/> tells.</summary>
    public string? Provider { get; init; }

    /// <summary>Follows the call for those who listen; null where nobody does.</summary>
    public CallTrace? Trace { get; set; }

    /// <summary>What one attempt sets aside.</summary>
    public Amounts Amounts { get; set; }

    /// <summary>The instant at which the call's time is used up.</summary>
    public DateTimeOffset Deadline { get; set; }

    /// <summary>Ends the call when its time is used up or its caller leaves; lives as long as the answer's content.</summary>
    public CallClock? Clock { get; set; }

    /// <summary>The hold of the attempt under way, or of one that surely was not billed and whose hold the next one inherits.</summary>
    public AttemptHold? Hold { get; set; }

    /// <summary>Who paces the attempt under way; null once it has left the provider, or where nobody does.</summary>
    public Pacer? Pace { get; set; }

    /// <summary>What the attempt took of that pace.</summary>
    public Pacer.Pass Pass { get; set; }

    /// <summary>What the last attempt came to.</summary>
    public AttemptOutcome Outcome { get; set; }

    /// <summary>The wait before the next attempt, once it is decided.</summary>
    public TimeSpan? Wait { get; set; }

    /// <summary>How the last attempt failed, where it ended without a response.</summary>
    public Exception? LastFailure { get; set; }

    /// <summary>The content that is sent; null where there is none, or where it was not read.</summary>
    public CallContent? Content { get; set; }
}
