using SafeLlm.Signing;

namespace SafeLlm.Soak;

/// <summary>A chat request as its signature sees it.</summary>
internal sealed class SoakRequest(Uri gateway, string query) : ISignableRequest
{
    private static readonly string[] Type = ["application/json"];

    public string Method => "POST";

    public string Scheme => "http";

    public string Authority => gateway.Authority;

    public string Path => SoakGateway.Path;

    public string Query => query.Length == 0 ? "?" : query;

    public bool HasContent => true;

    public IEnumerable<string> HeaderNames => ["content-type"];

    public IReadOnlyList<string> Header(string name) => name == "content-type" ? Type : [];

    public HttpRequestMessage ToMessage(in SignatureHeaders signature, byte[] content)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway, SoakGateway.Path + query)) { Content = new ByteArrayContent(content) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", Type);
        message.Content.Headers.TryAddWithoutValidation("Content-Digest", signature.ContentDigest);
        message.Headers.TryAddWithoutValidation("Signature-Input", signature.SignatureInput);
        message.Headers.TryAddWithoutValidation("Signature", signature.Signature);
        return message;
    }
}
