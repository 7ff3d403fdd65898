using System.Net;
using Microsoft.AspNetCore.Http;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>One request on its way through the checks, with what each of them found.</summary>
internal sealed class IncomingCall(HttpContext context, SafeLlmRequirement requirement, DateTimeOffset now)
{
    public HttpContext Context { get; } = context;

    public SafeLlmRequirement Requirement { get; } = requirement;

    /// <summary>The one reading of the clock that the whole request is judged by.</summary>
    public DateTimeOffset Now { get; } = now;

    public PublicTarget Target { get; set; }

    /// <summary>Where the request came from, as far as listed proxies tell.</summary>
    public IPAddress? Caller { get; set; }

    public SignableHttpRequest? Request { get; set; }

    public VerificationResult Signature { get; set; }

    /// <summary>Whether the request claims the compatibility profile seed-v0.</summary>
    public bool IsSeed { get; set; }

    /// <summary>The user that the call is made for; null where it is nobody's in particular.</summary>
    public string? User { get; set; }

    /// <summary>Whether <see cref="User"/> was named by the request and not by the key.</summary>
    public bool IsForAnother { get; set; }

    /// <summary>The key that signed; null where signatures are not verified.</summary>
    public VerifierKey? Key => Signature.Key;

    public Tier? Tier { get; set; }

    public CallerLimits Limits { get; set; } = CallerLimits.None;

    public IReadOnlyList<LimitState> States { get; set; } = [];

    public PooledBody? Content { get; set; }

    /// <summary>Whether the content did not arrive whole.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>What the endpoint will read: the content as it was signed, or as the tier changed it.</summary>
    public ReadOnlyMemory<byte> Body { get; set; }

    public bool IsEdited { get; set; }

    /// <summary>Whether the content came encoded, and is plain now.</summary>
    public bool IsDecoded { get; set; }

    /// <summary>The slot that it has while its content arrives.</summary>
    public ContentSlots.Slots? Slots { get; set; }

    /// <summary>Whether usage in the stream was asked for by us alone, so that it is taken out of the answer again.</summary>
    public bool AskedForUsage { get; set; }

    public CallFacts? Facts { get; set; }

    /// <summary>The route of what the provider keeps; null where it is another.</summary>
    public KeptRoute? Route { get; set; }

    /// <summary>What the call names that the provider keeps, to be asked for; null where it names nothing.</summary>
    public List<string>? NamedIds { get; set; }

    /// <summary>What the tools cost that run at the provider; null where there are none.</summary>
    public HostedToolFees? Tools { get; set; }

    /// <summary>Whether the call asks for a search in the web, which is in <see cref="Tools"/> then.</summary>
    public bool AsksForSearches { get; set; }

    /// <summary>Whether the call goes on at the provider when it is answered.</summary>
    public bool IsBackground { get; set; }

    public ModelPrice? Price { get; set; }

    public Quote? Quote { get; set; }

    public Amounts Amounts { get; set; }

    public Hold? Hold { get; set; }

    /// <summary>Whether the ledger knows the hold: where there are no limits there is nothing to keep.</summary>
    public bool IsHeld { get; set; }

    /// <summary>The target as formats read it: with the provider's host, where the endpoint names it, since services of one format differ.</summary>
    public RequestTarget ReadingTarget => new(Request!.Method, Requirement.Options.Provider ?? Request.Authority, Target.Path, Target.Query);
}
