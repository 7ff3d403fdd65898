using System.Diagnostics.CodeAnalysis;
using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Signing;

/// <summary>Verifies requests by the profile safellm-v1. Pure: request, keys, now → result. Thread-safe.</summary>
public sealed class RequestVerifier
{
    private const string InvalidDetail = "The signature does not verify.";

    private readonly Decoys _decoys;
    private readonly VerifierPolicy _policy;
    private readonly string _firstLetters;
    private readonly long _maxAgeSeconds;
    private readonly long _skewSeconds;
    private ISigningKeyStore? _met;

    /// <summary>Makes a verifier.</summary>
    /// <param name="policy">What it demands beyond the profile's fixed rules.</param>
    /// <exception cref="ArgumentException">The policy contradicts the profile; the message names the value.</exception>
    public RequestVerifier(VerifierPolicy policy)
        : this(policy, new KeyAlgorithms())
    {
    }

    /// <summary>Makes a verifier that may meet keys of other algorithms than the framework's.</summary>
    /// <param name="policy">What it demands beyond the profile's fixed rules.</param>
    /// <param name="algorithms">
    /// Those that keys can be read of, now or later. To ask for a name that no key has costs the arithmetic of each of them from the start: the
    /// first key of its kind, added while the verifier runs, could be told by the clock otherwise.
    /// </param>
    /// <exception cref="ArgumentException">The policy contradicts the profile; the message names the value.</exception>
    public RequestVerifier(VerifierPolicy policy, KeyAlgorithms algorithms)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(algorithms);
        policy.Validate();
        _decoys = new Decoys(algorithms);
        _policy = policy;
        _firstLetters = SignatureCoverage.FirstLetters(policy.CoveredHeaders);
        _maxAgeSeconds = (long)policy.MaxAge.TotalSeconds;
        _skewSeconds = (long)policy.FutureSkew.TotalSeconds;
    }

    /// <summary>Verifies everything that the head tells (steps 3 to 10 of the profile): no content is read, no nonce is claimed.</summary>
    /// <param name="request">The request, its strings as they arrived.</param>
    /// <param name="keys">The keys: one snapshot for the whole request.</param>
    /// <param name="now">One reading of the clock for the whole request.</param>
    /// <param name="coveredHeaders">Further headers, lower case, that must be covered where this request has them, as an endpoint acts on them; none unless given.</param>
    public VerificationResult VerifyHead(ISignableRequest request, ISigningKeyStore keys, DateTimeOffset now, IReadOnlyList<string>? coveredHeaders = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(keys);
        var inputLines = request.Header(SigningProfile.SignatureInputHeader);
        var signatureLines = request.Header(SigningProfile.SignatureHeader);
        if (inputLines.Count == 0 || signatureLines.Count == 0)
        {
            return Refuse(SignatureReason.SignatureMissing, "The request is not signed: it needs the headers Signature and Signature-Input.");
        }

        if (Characters(inputLines) + Characters(signatureLines) > SigningProfile.MaxHeaderCharacters)
        {
            return Refuse(SignatureReason.SignatureMalformed, $"The signature headers have more than {SigningProfile.MaxHeaderCharacters} characters together.");
        }

        var input = Joined(inputLines);
        var reason = SignatureInputReader.TryFind(input, _policy.Tag, out var ours, out var detail);
        if (reason != SignatureReason.None) return Refuse(reason, detail);
        Span<byte> signature = stackalloc byte[SignatureReader.MaxSignatureLength];
        reason = SignatureReader.TryFind(Joined(signatureLines), ours.Label.Of(input), signature, out var length, out detail);
        if (reason != SignatureReason.None) return Refuse(reason, detail);
        if (length is not (32 or 64))
        {
            return Refuse(SignatureReason.SignatureMalformed, $"The signature has {length} bytes, which is no algorithm's length.");
        }

        reason = SignatureTime.Check(ours.Created, ours.Expires, now.ToUnixTimeSeconds(), _maxAgeSeconds, _skewSeconds, out detail);
        if (reason != SignatureReason.None) return Refuse(reason, detail);
        detail = SignatureCoverage.Missing(request, input, ours, _policy.CoveredHeaders, _firstLetters, coveredHeaders ?? []);
        if (detail is not null) return Refuse(SignatureReason.Coverage, detail);

        var message = new AsciiBuffer(stackalloc byte[1024]);
        try
        {
            reason = AppendBase(ref message, request, input, ours, out detail);
            return reason == SignatureReason.None
                ? VerifySignature(input, ours, message.Written, signature[..length], keys, now)
                : Refuse(reason, detail);
        }
        finally
        {
            message.Dispose();
        }
    }

    /// <summary>Compares the content with the digest that the head signed (step 13).</summary>
    /// <param name="head">What <see cref="VerifyHead"/> came to; returned as it is unless it verified.</param>
    /// <param name="request">The same request.</param>
    /// <param name="content">The bytes as sent: after Transfer-Encoding, before Content-Encoding is undone.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "A step of this verifier: callers hold one object, whatever a later step may need.")]
    public VerificationResult VerifyContent(VerificationResult head, ISignableRequest request, ReadOnlySpan<byte> content)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!head.IsVerified) return head;
        var lines = request.Header(SigningProfile.ContentDigestHeader);
        if (lines.Count == 0)
        {
            // The head said that no content would come, or coverage would have demanded its digest.
            return content.IsEmpty && !request.HasContent
                ? head
                : Refuse(SignatureReason.DigestMismatch, "Content arrived that no digest covers.");
        }

        var reason = ContentDigest.Verify(lines, content, out var detail);
        return reason == SignatureReason.None ? head : Refuse(reason, detail);
    }

    private VerificationResult VerifySignature(
        string input, in ReceivedSignature ours, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature, ISigningKeyStore keys, DateTimeOffset now)
    {
        // Of algorithms that nobody told of. Before any name is looked up: no stranger's guess must be the first to meet a key of its kind.
        if (!ReferenceEquals(Volatile.Read(ref _met), keys)) MeetAll(keys);
        var keyId = ours.KeyId.Of(input).ToString();
        var key = keys.Find(keyId);
        // A key of another profile signs nothing here.
        var material = key is { Profile: SignatureProfile.SafeLlmV1 } ? key.Key.Material : null;
        var mismatch = SignatureReason.None;
        if (material is null)
        {
            mismatch = SignatureReason.KeyUnknown;
        }
        else if ((ours.Present & SignatureParameters.Algorithm) != 0 && !ours.Algorithm.Of(input).SequenceEqual(material.Algorithm.Name()))
        {
            mismatch = SignatureReason.AlgMismatch;
        }
        else if (material.SignatureLength != signature.Length)
        {
            mismatch = SignatureReason.SignatureInvalid;
        }

        // A stranger must not tell by the clock whether the key exists: where it cannot be used, a key of nobody's does the same work.
        if (material is not null) _decoys.Meet(material);
        var verified = (mismatch == SignatureReason.None ? material! : _decoys.For(keyId, ours.Algorithm.Of(input), signature.Length)).Verify(message, signature);
        if (mismatch != SignatureReason.None) return Refuse(mismatch, InvalidDetail) with { ClaimedKeyId = keyId };
        if (!verified) return Refuse(SignatureReason.SignatureInvalid, InvalidDetail) with { ClaimedKeyId = keyId };

        var state = KeyLife.Check(key!, now, out var detail);
        if (state != SignatureReason.None) return Refuse(state, detail) with { Key = key, ClaimedKeyId = keyId };
        return new VerificationResult
        {
            Reason = SignatureReason.None,
            Key = key,
            Created = DateTimeOffset.FromUnixTimeSeconds(ours.Created),
            Nonce = new NonceClaim(key!.Key.KeyId, ours.Nonce.Of(input).ToString(), DateTimeOffset.FromUnixTimeSeconds(ours.Expires + _skewSeconds)),
        };
    }

    private void MeetAll(ISigningKeyStore keys)
    {
        foreach (var key in keys.All) _decoys.Meet(key.Key.Material);
        Volatile.Write(ref _met, keys);
    }

    private static SignatureReason AppendBase(
        ref AsciiBuffer message, ISignableRequest request, string input, in ReceivedSignature ours, out string? detail)
    {
        for (var i = 0; i < ours.ComponentCount; i++)
        {
            var name = ours.Components[i].Of(input);
            _ = ComponentNames.TryFind(name, out var component);
            var reason = SignatureBase.AppendComponent(ref message, request, name, component, out detail);
            if (reason != SignatureReason.None) return reason;
        }

        message.Append("\"@signature-params\": "u8);
        detail = null;
        return (ours.Canonical ? message.TryAppend(ours.Value.Of(input)) : InnerListWriter.TryWrite(ref message, ours.Value.Of(input)))
            ? SignatureReason.None
            : SignatureReason.SignatureMalformed;
    }

    private static VerificationResult Refuse(SignatureReason reason, string? detail) => new() { Reason = reason, Detail = detail };

    private static int Characters(IReadOnlyList<string> lines)
    {
        var characters = 2 * (lines.Count - 1);
        for (var i = 0; i < lines.Count; i++) characters += lines[i].Length;
        return characters;
    }

    private static string Joined(IReadOnlyList<string> lines) => lines.Count == 1 ? lines[0] : string.Join(", ", lines);
}
