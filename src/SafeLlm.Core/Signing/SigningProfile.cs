namespace SafeLlm.Signing;

/// <summary>The fixed words and numbers of the profile safellm-v1, known to signer and verifier alike.</summary>
internal static class SigningProfile
{
    public const string Tag = "safellm-v1";

    /// <summary>The label our signer uses. The verifier gives labels no meaning (RFC 9421 §7.2.5).</summary>
    public const string Label = "safellm";

    public const string SignatureHeader = "signature";
    public const string SignatureInputHeader = "signature-input";
    public const string ContentDigestHeader = "content-digest";
    public const string ContentTypeHeader = "content-type";
    public const string ContentEncodingHeader = "content-encoding";
    public const string IdempotencyKeyHeader = "idempotency-key";

    /// <summary>Every header of this prefix is one the server acts on, so it is covered where it is present.</summary>
    public const string OwnHeaderPrefix = "x-safellm-";

    public const int MaxLifetimeSeconds = 300;
    public const int MaxComponents = 32;
    public const int MaxParameters = 8;
    public const int MaxKeyIdLength = 128;
    public const int MinNonceLength = 16;
    public const int MaxNonceLength = 64;

    /// <summary>Both signature headers together, in characters. Reading them is work done for strangers.</summary>
    public const int MaxHeaderCharacters = 8192;

    /// <summary>Signatures that a request may carry, ours and those of proxies.</summary>
    public const int MaxMembers = 16;

    /// <summary>
    /// What providers version their APIs by, covered wherever it is present: a gateway passes it on, and one of them changes what a request means and
    /// costs. Looked up by name: by their first letters, every request's Accept and Authorization would be looked at for nothing.
    /// </summary>
    public static string[] ProviderHeaders { get; } = ["anthropic-version", "anthropic-beta", "openai-beta"];

    /// <summary>Whether a header must be covered wherever it is present, whatever is configured.</summary>
    public static bool IsCovered(string name) =>
        name is ContentEncodingHeader or IdempotencyKeyHeader || name.StartsWith(OwnHeaderPrefix, StringComparison.Ordinal);

    /// <summary>1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>: nothing that means something in a path, a query or a log line.</summary>
    public static bool IsKeyId(ReadOnlySpan<char> text) =>
        text.Length is > 0 and <= MaxKeyIdLength && !text.ContainsAnyExcept(SigningCharacters.KeyId);

    public static bool IsNonce(ReadOnlySpan<char> text) =>
        text.Length is >= MinNonceLength and <= MaxNonceLength && !text.ContainsAnyExcept(SigningCharacters.Nonce);
}
