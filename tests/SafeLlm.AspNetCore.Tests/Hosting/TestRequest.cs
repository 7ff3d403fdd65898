using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A request of a test: signed as it stands, changed afterwards where the test wants it tampered with, sent as raw text or by a client.</summary>
internal sealed class TestRequest : ISignableRequest
{
    public string Method { get; set; } = "POST";

    public string Scheme => "http";

    public string Authority { get; set; } = "";

    /// <summary>The target as sent: path and query.</summary>
    public string Target { get; set; } = "/v1/chat/completions";

    public string Path => Target.Split('?')[0];

    public string Query => Target.Contains('?', StringComparison.Ordinal) ? Target[Target.IndexOf('?', StringComparison.Ordinal)..] : "?";

    public byte[] Body { get; set; } = [];

    public bool HasContent => Body.Length > 0;

    public Version Version { get; set; } = new(1, 1);

    public bool IsChunked { get; set; }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<string> HeaderNames => Headers.Keys.Select(name => name.ToLowerInvariant());

    public static TestRequest Chat(string? body = null)
    {
        var request = new TestRequest { Body = Encoding.UTF8.GetBytes(body ?? Chats.Request()) };
        request.Headers["content-type"] = "application/json";
        return request;
    }

    public IReadOnlyList<string> Header(string name) => Headers.TryGetValue(name, out var value) ? [value] : [];

    public TestRequest With(string header, string? value)
    {
        if (value is null) Headers.Remove(header);
        else Headers[header] = value;
        return this;
    }

    public TestRequest Sign(RequestSigner signer, SigningKey key)
    {
        var signed = signer.Sign(this, Body, key);
        if (signed.ContentDigest is { } digest) Headers["content-digest"] = digest;
        Headers["signature-input"] = signed.SignatureInput;
        Headers["signature"] = signed.Signature;
        return this;
    }

    public HttpRequestMessage ToMessage(Uri address)
    {
        // As it is written: what is percent-encoded stays so.
        var uri = new Uri(address.GetLeftPart(UriPartial.Authority) + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(Method), uri) { Version = Version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        if (HasContent) message.Content = new ByteArrayContent(Body);
        foreach (var (name, value) in Headers)
        {
            if (name.Equals("host", StringComparison.OrdinalIgnoreCase)) message.Headers.Host = value;
            else if (!message.Headers.TryAddWithoutValidation(name, value)) message.Content!.Headers.TryAddWithoutValidation(name, value);
        }

        if (IsChunked) message.Headers.TransferEncodingChunked = true;
        return message;
    }

    /// <summary>The head as HTTP/1.1 text, with further header lines.</summary>
    public string Head(params string[] lines)
    {
        var text = new StringBuilder($"{Method} {Target} HTTP/1.1\r\n");
        if (!Headers.ContainsKey("host")) text.Append("Host: ").Append(Authority).Append("\r\n");
        foreach (var (name, value) in Headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        foreach (var line in lines) text.Append(line).Append("\r\n");
        return text.Append("\r\n").ToString();
    }
}
