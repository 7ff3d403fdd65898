using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

/// <summary>A request in memory that can be changed after signing, as an attacker on the way would.</summary>
internal sealed class TestRequest : ISignableRequest
{
    private readonly Dictionary<string, List<string>> _headers = new(StringComparer.Ordinal);

    public string Method { get; set; } = "POST";

    public string Scheme { get; set; } = "https";

    public string Authority { get; set; } = "api.example.com";

    public string Path { get; set; } = "/v1/chat/completions";

    public string Query { get; set; } = "?";

    public byte[] Content { get; set; } = [];

    /// <summary>What the head says; by default, whether there is content.</summary>
    public bool? Announced { get; set; }

    public bool HasContent => Announced ?? Content.Length > 0;

    public IEnumerable<string> HeaderNames => _headers.Keys;

    public static TestRequest Chat() =>
        new TestRequest { Content = """{"model":"gpt-x","messages":[{"role":"user","content":"hello"}],"max_tokens":64}"""u8.ToArray() }
            .With("content-type", "application/json");

    public IReadOnlyList<string> Header(string name) => _headers.TryGetValue(name, out var lines) ? lines : [];

    /// <summary>Puts these lines in the place of any there are.</summary>
    public TestRequest With(string name, params string[] lines)
    {
        _headers[name] = [.. lines];
        return this;
    }

    public TestRequest Add(string name, string line)
    {
        if (!_headers.TryGetValue(name, out var lines)) _headers[name] = lines = [];
        lines.Add(line);
        return this;
    }

    public TestRequest Without(string name)
    {
        _headers.Remove(name);
        return this;
    }

    public TestRequest Signed(SigningKey key, TimeProvider time, Action<Memory<byte>>? nonces = null)
    {
        var headers = new RequestSigner(time, nonces).Sign(this, Content, key);
        if (headers.ContentDigest is not null) With("content-digest", headers.ContentDigest);
        return With("signature-input", headers.SignatureInput).With("signature", headers.Signature);
    }
}
