namespace SafeLlm.Formats;

/// <summary>
/// Tells whether somebody else has signed a request over its content. Such a request is never rewritten: one byte more, an
/// output bound say, and the signature is broken. Without a bound of its own it must be refused.
/// </summary>
public static class ForeignSignature
{
    // HTTP message signatures and digests of the content (RFC 9421, RFC 9530, RFC 3230), of which one is enough.
    private static readonly string[] Headers = ["signature", "signature-input", "content-digest", "repr-digest", "digest"];

    /// <summary>Whether a request carries a signature or a digest that covers its content.</summary>
    /// <param name="target">Where the request goes; AWS signs some in their query.</param>
    /// <param name="header">Gives a header's value by its lower-case name, several joined by commas; null where it is absent.</param>
    public static bool IsOn(in RequestTarget target, Func<string, string?> header) =>
        IsAws(header("authorization"))
        || target.Query.Contains("X-Amz-Signature=", StringComparison.OrdinalIgnoreCase)
        || Array.Exists(Headers, name => header(name) is not null);

    // Signature V4 and V4A cover a hash of the payload; so may those that follow.
    private static bool IsAws(string? authorization) =>
        authorization is not null && authorization.AsSpan().TrimStart().StartsWith("AWS4-", StringComparison.OrdinalIgnoreCase);
}
