using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>
/// Verifies requests by the compatibility profile seed-v0. Pure: request, content, keys, now → result. Thread-safe. The signature is
/// over the content, so that nothing is proved until that is read: who reads it for a stranger does so under a cap.
/// </summary>
public sealed class SeedVerifier
{
    private const string InvalidDetail = "The signature does not verify.";
    private const int TimestampDigits = 10;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");
    private static readonly TimeSpan MostTolerance = TimeSpan.FromSeconds(300);

    // Clocks of nodes differ: an entry must not end before the last node takes the timestamp for stale.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly HmacSha256Material _decoy = HmacSha256Material.Generate();
    private readonly TimeSpan _tolerance;

    /// <summary>Makes a verifier.</summary>
    /// <param name="tolerance">How far the timestamp may be from now, either way; 300 seconds unless given, which is also the most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is below one second or above 300.</exception>
    public SeedVerifier(TimeSpan? tolerance = null)
    {
        _tolerance = tolerance ?? MostTolerance;
        if (_tolerance < TimeSpan.FromSeconds(1) || _tolerance > MostTolerance)
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance of seed-v0 lies between 1 and 300 s.");
        }
    }

    /// <summary>
    /// Whether a request claims to be signed by this profile: it has <c>X-Signature</c>, or an <c>X-Timestamp</c> and no signature of another. A timestamp
    /// alone signs nothing, and anybody on the way can add one: it makes a request that safellm-v1 signs no other.
    /// </summary>
    public static bool IsClaimed(ISignableRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Header(SeedSignature.SignatureHeader).Count > 0
            || (request.Header(SeedSignature.TimestampHeader).Count > 0 && !IsSignedOtherwise(request));
    }

    /// <summary>
    /// Checks everything that does not need the content. What passes is not verified: the result has neither key nor nonce, and its
    /// reason is <see cref="SignatureReason.NotVerified"/>.
    /// </summary>
    /// <param name="request">The request, its strings as they arrived.</param>
    /// <param name="now">One reading of the clock for the whole request.</param>
    public VerificationResult CheckHead(ISignableRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reason = CheckHead(request, now, out _, out var detail);
        return new VerificationResult { Reason = reason == SignatureReason.None ? SignatureReason.NotVerified : reason, Detail = detail };
    }

    /// <summary>Verifies a request with its content.</summary>
    /// <param name="request">The request, its strings as they arrived.</param>
    /// <param name="content">The content as sent.</param>
    /// <param name="keys">The keys: one snapshot for the whole request. Only those of <see cref="SignatureProfile.SeedV0"/> count.</param>
    /// <param name="now">One reading of the clock for the whole request.</param>
    public VerificationResult Verify(ISignableRequest request, ReadOnlySpan<byte> content, ISigningKeyStore keys, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(keys);
        var reason = CheckHead(request, now, out var headers, out var detail);
        if (reason != SignatureReason.None) return new VerificationResult { Reason = reason, Detail = detail };

        var key = keys.Find(headers.ApiKey) is { Profile: SignatureProfile.SeedV0 } found ? found : null;
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // Where the key is not known, one of nobody's does the same work.
        if (SeedSignature.TryMac(content, headers.Timestamp, key?.Key.Material ?? _decoy, mac) is { } malformed) return Refuse(Json(malformed.Code), malformed.Message);
        Span<byte> received = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _ = Convert.FromHexString(headers.Signature, received, out _, out _);
        var verified = CryptographicOperations.FixedTimeEquals(mac, received);
        if (key is null) return Refuse(SignatureReason.KeyUnknown, InvalidDetail) with { ClaimedKeyId = headers.ApiKey };
        if (!verified) return Refuse(SignatureReason.SignatureInvalid, InvalidDetail) with { ClaimedKeyId = headers.ApiKey };

        var state = KeyLife.Check(key, now, out detail);
        if (state != SignatureReason.None) return Refuse(state, detail) with { Key = key };
        if (!key.AllowsEndpoint(request.Path)) return Refuse(SignatureReason.Coverage, "This key signs neither path nor query, and is not bound to this path.") with { Key = key };
        var signed = DateTimeOffset.FromUnixTimeSeconds(long.Parse(headers.Timestamp, NumberStyles.None, CultureInfo.InvariantCulture));
        return new VerificationResult
        {
            Reason = SignatureReason.None,
            Key = key,
            Created = signed,
            // There is no nonce; the MAC is one. An honest copy made in the same second is refused too: sign it anew.
            Nonce = new NonceClaim(key.Key.KeyId, headers.Signature, signed + _tolerance + Skew) { Profile = SeedSignature.Profile },
        };
    }

    private SignatureReason CheckHead(ISignableRequest request, DateTimeOffset now, out SeedHeaders headers, out string? detail)
    {
        headers = default;
        detail = "The request is signed by two profiles. Send the headers of one.";
        if (IsSignedOtherwise(request)) return SignatureReason.SignatureAmbiguous;

        detail = "The request is not signed: seed-v0 needs X-API-Key, X-Timestamp and X-Signature, each once.";
        if (One(request, SeedSignature.ApiKeyHeader) is not { Length: > 0 } apiKey
            || One(request, SeedSignature.TimestampHeader) is not { } timestamp
            || One(request, SeedSignature.SignatureHeader) is not { Length: > 0 } signature) return SignatureReason.SignatureMissing;

        detail = "seed-v0 signs neither method nor query: it is taken for POST without a query only.";
        if (request.Method != "POST" || request.HasQuery) return SignatureReason.Coverage;

        detail = "X-Timestamp is not ten digits: seconds since 1970.";
        if (timestamp.Length != TimestampDigits || timestamp.AsSpan().ContainsAnyExceptInRange('0', '9')) return SignatureReason.TimestampMalformed;

        detail = "X-Signature is not 64 hexadecimal digits in lower case.";
        if (signature.Length != 2 * HMACSHA256.HashSizeInBytes || signature.AsSpan().ContainsAnyExcept(Hex)) return SignatureReason.SignatureMalformed;

        detail = InvalidDetail;
        if (!SigningProfile.IsKeyId(apiKey)) return SignatureReason.KeyUnknown;

        var age = now.ToUnixTimeSeconds() - long.Parse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture);
        if (Math.Abs(age) > (long)_tolerance.TotalSeconds)
        {
            detail = string.Create(CultureInfo.InvariantCulture, $"X-Timestamp differs from the server's clock by {age} s; at most {_tolerance.TotalSeconds} s are allowed.");
            return age > 0 ? SignatureReason.Stale : SignatureReason.Future;
        }

        headers = new SeedHeaders(apiKey, timestamp, signature);
        detail = null;
        return SignatureReason.None;
    }

    private static bool IsSignedOtherwise(ISignableRequest request) =>
        request.Header(SigningProfile.SignatureHeader).Count > 0 || request.Header(SigningProfile.SignatureInputHeader).Count > 0;

    private static string? One(ISignableRequest request, string name) => request.Header(name) is { Count: 1 } lines ? lines[0] : null;

    private static SignatureReason Json(RefusalCode code) => code switch
    {
        RefusalCode.JsonDuplicateKey => SignatureReason.JsonDuplicateKey,
        RefusalCode.JsonDepth => SignatureReason.JsonDepth,
        _ => SignatureReason.JsonInvalid,
    };

    private static VerificationResult Refuse(SignatureReason reason, string? detail) => new() { Reason = reason, Detail = detail };
}
