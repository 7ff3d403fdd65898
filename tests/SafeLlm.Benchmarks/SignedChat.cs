using System.Security.Cryptography;
using SafeLlm.Signing;

namespace SafeLlm.Benchmarks;

/// <summary>A chat request of 2 KB, signed and verified; and the hashes alone that this cannot do without.</summary>
internal sealed class SignedChat : IDisposable
{
    private readonly SigningKey _key = SigningKey.GenerateHmac("k-2026-11-a");
    private readonly RequestSigner _signer = new(TimeProvider.System);
    private readonly RequestVerifier _verifier = new(new VerifierPolicy());
    private readonly SigningKeyRing _keys;
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(2048);
    private readonly byte[] _message;
    private readonly byte[] _secret;
    private readonly byte[] _hash = new byte[32];
    private readonly IncrementalHash _mac;
    private readonly HeadersInMemory _outgoing = new("host", "content-type", "user-agent", "accept");
    private readonly HeadersInMemory _incoming = new("host", "content-type", "user-agent", "accept", "content-length", "content-digest", "signature-input", "signature");

    public SignedChat()
    {
        _keys = new SigningKeyRing([new VerifierKey(_key)]);
        _secret = Convert.FromBase64String(_key.ExportBase64());
        _mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        _outgoing.Set("content-type", "application/json");
        _incoming.Set("content-type", "application/json");
        Sign();

        // As long as the base of this very request: a line for each component, one for the parameters.
        var parameters = _incoming.Header("signature-input")[0].Length - "safellm=".Length;
        var lines = "\"@method\": POST\n\"@authority\": api.example.com\n\"@path\": /v1/chat/completions\n\"@query\": ?\n\"content-type\": application/json\n\"content-digest\": \n\"@signature-params\": ".Length;
        _message = RandomNumberGenerator.GetBytes(parameters + lines + _incoming.Header("content-digest")[0].Length);
    }

    public void Dispose() => _mac.Dispose();

    public void Sign()
    {
        var headers = _signer.Sign(_outgoing, _content, _key);
        _incoming.Set("content-digest", headers.ContentDigest!);
        _incoming.Set("signature-input", headers.SignatureInput);
        _incoming.Set("signature", headers.Signature);
    }

    public void Verify()
    {
        var head = _verifier.VerifyHead(_incoming, _keys, TimeProvider.System.GetUtcNow());
        if (!_verifier.VerifyContent(head, _incoming, _content).IsVerified) throw new InvalidOperationException($"Not verified: {head.Reason}.");
    }

    public void SignAndVerify()
    {
        Sign();
        Verify();
    }

    /// <summary>Two SHA-256 over the content and two HMAC-SHA256 over the base, each in one call of the BCL.</summary>
    public void FourHashes()
    {
        SHA256.HashData(_content, _hash);
        HMACSHA256.HashData(_secret, _message, _hash);
        HMACSHA256.HashData(_secret, _message, _hash);
        SHA256.HashData(_content, _hash);
    }

    /// <summary>One side's half of <see cref="FourHashes"/>.</summary>
    public void TwoHashes()
    {
        SHA256.HashData(_content, _hash);
        HMACSHA256.HashData(_secret, _message, _hash);
    }

    /// <summary>The same four hashes by somebody who keeps the MAC object too.</summary>
    public void FourHashesWithKeptMac()
    {
        SHA256.HashData(_content, _hash);
        _mac.AppendData(_message);
        _mac.GetHashAndReset(_hash);
        _mac.AppendData(_message);
        _mac.GetHashAndReset(_hash);
        SHA256.HashData(_content, _hash);
    }

    private sealed class HeadersInMemory : ISignableRequest
    {
        private readonly Dictionary<string, string[]> _lines;

        public HeadersInMemory(params string[] names)
        {
            HeaderNames = names;
            _lines = names.ToDictionary(name => name, _ => new[] { "x" }, StringComparer.Ordinal);
        }

        public string Method => "POST";

        public string Scheme => "https";

        public string Authority => "api.example.com";

        public string Path => "/v1/chat/completions";

        public string Query => "?";

        public bool HasContent => true;

        public IEnumerable<string> HeaderNames { get; }

        public IReadOnlyList<string> Header(string name) => _lines.TryGetValue(name, out var lines) ? lines : [];

        public void Set(string name, string value) => _lines[name][0] = value;
    }
}
