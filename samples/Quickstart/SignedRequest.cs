using System.Text;
using SafeLlm.Signing;

namespace Quickstart;

/// <summary>A signed chat request in the hands of an attacker: it can be sent again, or with another body.</summary>
internal sealed class SignedRequest : ISignableRequest
{
    private readonly Uri address;
    private SignatureHeaders headers;

    private SignedRequest(Uri endpoint) => address = new Uri(endpoint, "chat/completions");

    public string Method => "POST";

    public string Scheme => address.Scheme;

    public string Authority => address.Authority;

    public string Path => address.AbsolutePath;

    public string Query => "?";

    public bool HasContent => true;

    public IEnumerable<string> HeaderNames => ["content-type"];

    public static SignedRequest Create(Uri endpoint, string body, SigningKey key, TimeProvider time)
    {
        var request = new SignedRequest(endpoint);
        request.headers = new RequestSigner(time).Sign(request, Encoding.UTF8.GetBytes(body), key);
        return request;
    }

    public IReadOnlyList<string> Header(string name) => name == "content-type" ? ["application/json"] : [];

    public HttpRequestMessage ToMessage(string body)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        message.Content.Headers.TryAddWithoutValidation("Content-Digest", headers.ContentDigest);
        message.Headers.TryAddWithoutValidation("Signature-Input", headers.SignatureInput);
        message.Headers.TryAddWithoutValidation("Signature", headers.Signature);
        return message;
    }
}
