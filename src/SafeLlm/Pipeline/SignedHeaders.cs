using SafeLlm.Signing;

namespace SafeLlm.Pipeline;

/// <summary>The three headers of a signature on a message: replaced, never added.</summary>
internal static class SignedHeaders
{
    private const string ContentDigest = "Content-Digest";
    private const string SignatureInput = "Signature-Input";
    private const string Signature = "Signature";

    public static void Replace(HttpRequestMessage request, in SignatureHeaders signature)
    {
        Remove(request);
        if (signature.ContentDigest is { } digest) request.Headers.TryAddWithoutValidation(ContentDigest, digest);
        request.Headers.TryAddWithoutValidation(SignatureInput, signature.SignatureInput);
        request.Headers.TryAddWithoutValidation(Signature, signature.Signature);
    }

    public static void Remove(HttpRequestMessage request)
    {
        request.Headers.Remove(ContentDigest);
        request.Headers.Remove(SignatureInput);
        request.Headers.Remove(Signature);

        // None of the three is a content header by name, so a caller may have put one on either.
        request.Content?.Headers.Remove(ContentDigest);
        request.Content?.Headers.Remove(SignatureInput);
        request.Content?.Headers.Remove(Signature);
    }
}
