using SafeLlm.Signing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>Well-signed requests past the client, for what it would never send.</summary>
internal static class SignedMessage
{
    public static HttpRequestMessage Post(Uri address, byte[] body, string keyId, TimeProvider time, string mediaType = "application/json")
    {
        var signature = new RequestSigner(time).Sign(new RawSignable(address, mediaType), body, Secrets.SigningKey(keyId));
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", mediaType);
        message.Headers.TryAddWithoutValidation("Content-Digest", signature.ContentDigest);
        message.Headers.TryAddWithoutValidation("Signature-Input", signature.SignatureInput);
        message.Headers.TryAddWithoutValidation("Signature", signature.Signature);
        return message;
    }
}
