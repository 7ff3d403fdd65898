using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.Redis.Tests;

/// <summary>A signed chat request that can be sent to any node, and more than once.</summary>
internal sealed class SignedCall : ISignableRequest
{
    private static readonly SigningKey Key = SigningKey.HmacFromBase64("node", NodeProcess.Secret);
    private readonly byte[] body;
    private readonly SignatureHeaders headers;

    public SignedCall(Uri gateway, bool streamed = false, int bound = 50)
    {
        Address = new Uri(gateway, "/v1/chat/completions");
        body = Encoding.UTF8.GetBytes($$"""{"model":"gpt-4.1-mini","max_completion_tokens":{{bound}},"stream":{{(streamed ? "true" : "false")}},"messages":[{"role":"user","content":"Tell me about rivers."}]}""");
        headers = new RequestSigner(TimeProvider.System).Sign(this, body, Key);
    }

    public Uri Address { get; }

    public string Method => "POST";

    public string Scheme => Address.Scheme;

    public string Authority => Address.Authority;

    public string Path => Address.AbsolutePath;

    public string Query => "?";

    public bool HasContent => true;

    public IEnumerable<string> HeaderNames => ["content-type"];

    public IReadOnlyList<string> Header(string name) => name == "content-type" ? ["application/json"] : [];

    /// <summary>Sends it to a node, under the authority it was signed for.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpClient http, Uri node)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(node, "/v1/chat/completions")) { Content = new ByteArrayContent(body) };
        message.Headers.Host = Authority;
        message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        message.Content.Headers.TryAddWithoutValidation("Content-Digest", headers.ContentDigest);
        message.Headers.TryAddWithoutValidation("Signature-Input", headers.SignatureInput);
        message.Headers.TryAddWithoutValidation("Signature", headers.Signature);
        return http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }
}
