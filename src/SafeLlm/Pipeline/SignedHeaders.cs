using System.Net.Http.Headers;
using SafeLlm.Signing;

namespace SafeLlm.Pipeline;

/// <summary>The three headers of a signature on a message: replaced, never added.</summary>
internal static class SignedHeaders
{
    private const string ContentDigest = "Content-Digest";
    private const string SignatureInput = "Signature-Input";
    private const string Signature = "Signature";

    /// <summary>Puts the headers on a message that has none of them any more.</summary>
    public static void Add(HttpRequestMessage request, in SignatureHeaders signature)
    {
        if (signature.ContentDigest is { } digest) request.Headers.TryAddWithoutValidation(ContentDigest, digest);
        request.Headers.TryAddWithoutValidation(SignatureInput, signature.SignatureInput);
        request.Headers.TryAddWithoutValidation(Signature, signature.Signature);
    }

    public static void Remove(HttpRequestMessage request)
    {
        Remove(request.Headers);

        // None of the three is a content header by name, so a caller may have put one on either.
        if (request.Content is { } content) Remove(content.Headers);
    }

    /// <summary>Takes off what <see cref="Add"/> put on.</summary>
    public static void TakeOff(HttpRequestMessage request)
    {
        request.Headers.Remove(ContentDigest);
        request.Headers.Remove(SignatureInput);
        request.Headers.Remove(Signature);
    }

    private static void Remove(HttpHeaders headers)
    {
        var (hasDigest, hasInput, hasSignature) = (false, false, false);
        foreach (var header in headers.NonValidated)
        {
            hasDigest |= header.Key.Equals(ContentDigest, StringComparison.OrdinalIgnoreCase);
            hasInput |= header.Key.Equals(SignatureInput, StringComparison.OrdinalIgnoreCase);
            hasSignature |= header.Key.Equals(Signature, StringComparison.OrdinalIgnoreCase);
        }

        if (hasDigest) headers.Remove(ContentDigest);
        if (hasInput) headers.Remove(SignatureInput);
        if (hasSignature) headers.Remove(Signature);
    }
}
