using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

/// <summary>
/// Signatures that our signer would never make, by somebody who holds a key. The base is laid out here a second time, plainly,
/// so that signer and verifier are not their own witness.
/// </summary>
internal sealed class Crafted
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1763884805);

    public static SigningKey Key { get; } = SigningKey.Hmac("k-2026-11-a", Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());

    public TestRequest Request { get; init; } = TestRequest.Chat();

    /// <summary>What stands in the inner list, raw.</summary>
    public string Components { get; set; } = """
        "@method" "@authority" "@path" "@query" "content-digest" "content-type"
        """;

    public string? Created { get; set; } = "1763884800";

    public string? Expires { get; set; } = "1763885100";

    public string? Nonce { get; set; } = "\"0123456789abcdef_-AZaz\"";

    public string? KeyId { get; set; } = "\"k-2026-11-a\"";

    public string? Algorithm { get; set; } = "\"hmac-sha256\"";

    public string? Tag { get; set; } = "\"safellm-v1\"";

    /// <summary>Further parameters, raw, each with its semicolon.</summary>
    public string More { get; set; } = "";

    public string Label { get; set; } = "safellm";

    /// <summary>The digest over the content is added to the request unless it has one.</summary>
    public bool WithDigest { get; set; } = true;

    /// <summary>Changes the base before it is signed.</summary>
    public Func<string, string> Base { get; set; } = text => text;

    public string Parameters =>
        $"{One("created", Created)}{One("expires", Expires)}{One("nonce", Nonce)}{One("keyid", KeyId)}{One("alg", Algorithm)}{One("tag", Tag)}{More}";

    /// <summary>Signs and sets the headers.</summary>
    public TestRequest Sign()
    {
        if (WithDigest && Request.Content.Length > 0 && Request.Header("content-digest").Count == 0)
        {
            Request.With("content-digest", $"sha-256=:{Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Request.Content))}:");
        }

        var value = $"({Components}){Parameters}";
        return Request
            .With("signature-input", $"{Label}={value}")
            .With("signature", $"{Label}=:{Mac(Base($"{Lines()}\"@signature-params\": {value}"))}:");
    }

    public VerificationResult Verify() => Verify(Sign());

    public static VerificationResult Verify(TestRequest request, DateTimeOffset? now = null, VerifierPolicy? policy = null, ISigningKeyStore? keys = null)
    {
        var verifier = new RequestVerifier(policy ?? new VerifierPolicy());
        var head = verifier.VerifyHead(request, keys ?? new SigningKeyRing([new VerifierKey(Key)]), now ?? Now);
        return verifier.VerifyContent(head, request, request.Content);
    }

    public static string Mac(string text)
    {
        var mac = new byte[32];
        Key.Material.Sign(Encoding.UTF8.GetBytes(text), mac);
        return Convert.ToBase64String(mac);
    }

    private static string One(string name, string? value) => value is null ? "" : $";{name}={value}";

    private string Lines()
    {
        var lines = new StringBuilder();
        foreach (var name in Components.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var bare = name.Split(';')[0].Trim('"');
            var value = bare switch
            {
                "@method" => Request.Method,
                "@authority" => Request.Authority,
                "@path" => Request.Path,
                "@query" => Request.Query,
                "@scheme" => Request.Scheme,
                "@target-uri" => $"{Request.Scheme}://{Request.Authority}{Request.Path}{(Request.Query == "?" ? "" : Request.Query)}",
                _ => string.Join(", ", Request.Header(bare.ToLowerInvariant()).Select(line => line.Trim(' ', '\t'))),
            };
            lines.Append(name).Append(": ").Append(value).Append('\n');
        }

        return lines.ToString();
    }
}
