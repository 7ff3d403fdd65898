using System.Globalization;
using System.IdentityModel.Tokens.Jwt;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using SafeLlm.Signing;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>Requests as bytes, made before the clock runs: a generator that formats while it sends would be what is measured.</summary>
internal sealed class RenderedRequests
{
    private const int ContentLength = 2048;

    private readonly byte[] content;
    private readonly string token;

    public RenderedRequests()
    {
        var text = new StringBuilder("{\"model\":\"gpt-4o-mini\",\"max_tokens\":50,\"temperature\":0.7,\"messages\":[{\"role\":\"user\",\"content\":\"");
        while (text.Length < ContentLength - 5) text.Append("Tell me of rivers and seas. ");
        text.Length = ContentLength - 4;
        content = Encoding.ASCII.GetBytes(text.Append("\"}]}").ToString());
        var now = DateTime.UtcNow;
        token = new JwtSecurityTokenHandler().WriteToken(new JwtSecurityToken(
            VerifierServer.Issuer,
            VerifierServer.Issuer,
            [new("sub", "bench"), new("tier", "bench")],
            now.AddMinutes(-1),
            now.AddHours(2),
            new SigningCredentials(new SymmetricSecurityKey(BenchKeys.Secret), SecurityAlgorithms.HmacSha256)));
    }

    public byte[][] Plain(int port, string path, int count) => Repeat(Render(port, path, ""), count);

    public byte[][] Bearer(int port, string path, int count) => Repeat(Render(port, path, $"Authorization: Bearer {token}\r\n"), count);

    /// <summary>Each with a nonce of its own.</summary>
    public byte[][] Signed(int port, string path, int count, TimeSpan age = default, SigningKey? key = null)
    {
        var signer = new RequestSigner(new Ago(age));
        var request = new Outgoing($"127.0.0.1:{port}", path);
        var all = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var signed = signer.Sign(request, content, key ?? BenchKeys.Key);
            all[i] = Render(port, path, $"Content-Digest: {signed.ContentDigest}\r\nSignature-Input: {signed.SignatureInput}\r\nSignature: {signed.Signature}\r\n");
        }

        return all;
    }

    public byte[][] Malformed(int port, string path, int count)
    {
        var one = Encoding.ASCII.GetString(Signed(port, path, 1)[0]);
        return Repeat(Encoding.ASCII.GetBytes(one.Replace(";tag=", ";tag==", StringComparison.Ordinal)), count);
    }

    public static byte[][] Repeat(byte[] request, int count)
    {
        var all = new byte[count][];
        Array.Fill(all, request);
        return all;
    }

    private byte[] Render(int port, string path, string headers)
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\nContent-Type: application/json\r\nContent-Length: {content.Length}\r\n{headers}\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. content];
    }

    private sealed class Ago(TimeSpan age) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - age;
    }

    private sealed class Outgoing(string authority, string path) : ISignableRequest
    {
        private static readonly string[] Type = ["application/json"];

        public string Method => "POST";

        public string Scheme => "http";

        public string Authority => authority;

        public string Path => path;

        public string Query => "?";

        public bool HasContent => true;

        public IEnumerable<string> HeaderNames => ["host", "user-agent", "accept", "content-type", "content-length"];

        public IReadOnlyList<string> Header(string name) => name == "content-type" ? Type : [];
    }
}
