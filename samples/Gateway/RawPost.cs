using SafeLlm.Signing;

namespace Gateway;

/// <summary>A request of one's own, signed or not, for what the typed client would not send.</summary>
internal sealed class RawPost(Uri address, byte[] body) : ISignableRequest
{
    public string Method => "POST";

    public string Scheme => address.Scheme;

    public string Authority => address.Authority;

    public string Path => address.AbsolutePath;

    public string Query => "?";

    public bool HasContent => true;

    public IEnumerable<string> HeaderNames => ["content-type"];

    public IReadOnlyList<string> Header(string name) => name == "content-type" ? ["application/json"] : [];

    public HttpRequestMessage Sign(SigningKey key, TimeProvider time)
    {
        var signature = new RequestSigner(time).Sign(this, body, key);
        var message = ToMessage();
        message.Content!.Headers.TryAddWithoutValidation("Content-Digest", signature.ContentDigest);
        message.Headers.TryAddWithoutValidation("Signature-Input", signature.SignatureInput);
        message.Headers.TryAddWithoutValidation("Signature", signature.Signature);
        return message;
    }
    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(body) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        return message;
    }
}
