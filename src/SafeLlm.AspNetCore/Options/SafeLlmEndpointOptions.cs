using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>What an endpoint needs besides the verifier's options.</summary>
public sealed class SafeLlmEndpointOptions
{
    /// <summary>What is held for a call of an endpoint whose requests are in no wire format; null where they must be in one.</summary>
    internal Amounts? OwnCalls { get; private set; }

    /// <summary>Which headers cross to the provider and back; null where the endpoint answers by itself.</summary>
    internal UpstreamHeaders? Upstream { get; private set; }

    /// <summary>The host of the provider that calls go to; null where it is not told.</summary>
    internal string? Provider { get; private set; }

    /// <summary>Whether encoded content is taken.</summary>
    internal bool IsDecoding { get; private set; }

    /// <summary>
    /// Takes content that its client has compressed, one of <c>gzip</c>, <c>br</c> and <c>deflate</c> in Content-Encoding, which the signature must
    /// cover. The digest is over the bytes as they were sent; they are decoded when it holds, to at most
    /// <see cref="SafeLlmVerifierOptions.MaxBodyBytes"/>, and the endpoint reads them plain. Without it encoded content is refused (415).
    /// </summary>
    public void DecodeContent() => IsDecoding = true;

    /// <summary>
    /// For an endpoint that passes calls on to a provider, as a reverse proxy does: of the caller's headers only those go upstream that a
    /// model's API needs, and of the provider's only those come back that a caller may see. Credentials, cookies, signatures, the caller's
    /// address and <c>x-safellm-*</c> never go; the provider's organisation, its rate limits and its cookies never come back, nor do trailers.
    /// Credentials in the query (<c>?key=</c>) are taken out of it too. A connection does not change its protocol (<c>Upgrade</c>).
    /// </summary>
    /// <param name="headers">Further headers of the caller's that go upstream.</param>
    /// <exception cref="ArgumentException">A header is one of those that never go.</exception>
    public void ForwardToProvider(params IReadOnlyCollection<string> headers) => Upstream = new UpstreamHeaders(headers);

    /// <summary>
    /// The same where the provider is known, whose services differ in what they take and charge: under which name a bound goes, whether a
    /// stream may be asked for its usage, what a region costs more. Without it the plain form of each format is assumed.
    /// </summary>
    /// <param name="provider">The provider's address, e.g. <c>https://api.mistral.ai</c>, of which the host counts.</param>
    /// <param name="headers">Further headers of the caller's that go upstream.</param>
    /// <exception cref="ArgumentException">The address is relative, or a header is one of those that never go.</exception>
    public void ForwardToProvider(Uri provider, params IReadOnlyCollection<string> headers)
    {
        ArgumentNullException.ThrowIfNull(provider);
        if (!provider.IsAbsoluteUri) throw new ArgumentException($"The provider's address is \"{provider}\"; give scheme and host, e.g. https://api.mistral.ai.", nameof(provider));
        ForwardToProvider(headers);
        Provider = provider.IsDefaultPort ? provider.IdnHost : string.Create(CultureInfo.InvariantCulture, $"{provider.IdnHost}:{provider.Port}");
    }

    /// <summary>
    /// For an endpoint that has a request of its own and calls models by itself: each call of it holds this much, and is settled by
    /// what the endpoint reports through <see cref="ISafeLlmFeature.ReportUsage(long, long, decimal?)"/>.
    /// </summary>
    /// <remarks>
    /// A path of what providers keep (<c>/v1/files/{id}</c>, <c>/v1/batches/{id}</c>) is open only to the tenant that the id was issued to here
    /// too, as the endpoint may pass it on: give things of your own another path.
    /// </remarks>
    /// <param name="inputTokens">The most input tokens of one call.</param>
    /// <param name="outputTokens">The most output tokens of one call.</param>
    /// <param name="dollars">The most that one call costs, in US dollars.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative.</exception>
    public void HoldPerCall(long inputTokens, long outputTokens, decimal dollars)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(inputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(outputTokens);
        ArgumentOutOfRangeException.ThrowIfNegative(dollars);
        OwnCalls = new Amounts(inputTokens, outputTokens, NanoUsd.FromDollars(dollars));
    }
}
