using SafeLlm.Tests.Signing;

namespace SafeLlm.Tests.Mutation;

/// <summary>Changes a request in one to four places, at times with parts of another that was signed too.</summary>
internal sealed class RequestMutator(Random random)
{
    private const string Odd = "\"\\;,=:()?@%*~ \t\r\n\0\u007f\u00e9\u20ac0aA/+-_.";

    private static readonly string[] Signed = ["signature-input", "signature", "content-digest", "content-type", "idempotency-key", "x-safellm-user", "x-api-key", "x-timestamp", "x-signature"];
    private static readonly string[] Names = [.. Signed, "content-encoding", "x-safellm-tier", "accept", "@method", "host", "repr-digest"];
    private static readonly string[] Words =
    [
        "\"@method\"", "\"@method\";req", "\"@query-param\";name=\"a\"", "\"@request-target\"", "\"@status\"", "\"@signature-params\"", ";sf", ";bs", ";tag=\"safellm-v1\"",
        ";alg=\"none\"", ";alg=\"ed25519\"", "hmac-sha256", "k-2026-11-b", "k-ec", "k-ed", "client_123", "1763884805", "safellm-v1", "created=1763884805", "expires=9999999999", ";nonce=\"aaaaaaaaaaaaaaaa\"",
        "sha-256=::", "md5=:YQ==:", "sha-512=:YQ==:", ", ", "sig=();created=1", "safellm=", "application/json; charset=utf-16", "1e400", "://", "..", "%2e%2e", "%00",
    ];

    public void Mutate(TestRequest request, TestRequest other)
    {
        for (var times = random.Next(1, 5); times > 0; times--) Once(request, other);
    }

    private void Once(TestRequest request, TestRequest other)
    {
        var name = Names[random.Next(Names.Length)];
        var lines = request.Header(name);
        switch (random.Next(16))
        {
            case 0:
                request.Method = random.Next(2) == 0 ? Change(request.Method) : other.Method;
                break;
            case 1:
                request.Authority = random.Next(2) == 0 ? Change(request.Authority) : "evil.example.com";
                break;
            case 2:
                request.Path = random.Next(2) == 0 ? Change(request.Path) : other.Path;
                break;
            case 3:
                request.Query = random.Next(2) == 0 ? Change(request.Query) : other.Query;
                break;
            case 4:
                request.Content = random.Next(2) == 0 ? Change(request.Content) : other.Content;
                break;
            case 5:
                request.Without(name);
                break;
            case 6:
                if (other.Header(name).Count > 0) request.With(name, [.. other.Header(name)]);
                break;
            case 7:
                if (other.Header(name).Count > 0) request.Add(name, other.Header(name)[0]);
                break;
            case 8:
                if (lines.Count > 0) request.Add(name, lines[0]);
                break;
            case 9:
                request.With(name, Words[random.Next(Words.Length)]);
                break;
            case 10:
                if (lines.Count > 0) request.With(name, $" {lines[0]}\t");
                break;
            case 11:
                // Both signatures of two, as a proxy would join them.
                request.With("signature-input", $"{One(request, "signature-input")}, {One(other, "signature-input").Replace("safellm=", "other=", StringComparison.Ordinal)}");
                request.With("signature", $"{One(request, "signature")}, {One(other, "signature").Replace("safellm=", "other=", StringComparison.Ordinal)}");
                break;
            case 12:
                // Another label in both headers, which means nothing.
                request.With("signature-input", One(request, "signature-input").Replace("safellm=", "x1=", StringComparison.Ordinal));
                request.With("signature", One(request, "signature").Replace("safellm=", "x1=", StringComparison.Ordinal));
                break;
            default:
                var signed = Signed[random.Next(Signed.Length)];
                if (request.Header(signed).Count > 0) request.With(signed, [.. request.Header(signed).Select(line => random.Next(2) == 0 ? Change(line) : line)]);
                break;
        }
    }

    private static string One(TestRequest request, string name) => request.Header(name) is { Count: > 0 } lines ? lines[0] : "";

    private string Change(string text)
    {
        var at = random.Next(text.Length + 1);
        var length = Math.Min(random.Next(1, 8), text.Length - at);
        return random.Next(7) switch
        {
            0 => text.Insert(at, Odd[random.Next(Odd.Length)].ToString()),
            1 => text.Remove(at, length),
            2 when length > 0 => $"{text[..at]}{(char)(text[at] ^ (1 << random.Next(7)))}{text[(at + 1)..]}",
            3 => text.Insert(at, Words[random.Next(Words.Length)]),
            4 => text.Insert(at, text.Substring(at, length)),
            5 => random.Next(2) == 0 ? text.ToUpperInvariant() : text.ToLowerInvariant(),
            _ => text.Replace(';' + Pick(text), "", StringComparison.Ordinal),
        };
    }

    // One of the parts between semicolons.
    private string Pick(string text)
    {
        var parts = text.Split(';');
        return parts[random.Next(parts.Length)];
    }

    private byte[] Change(byte[] content)
    {
        if (content.Length == 0) return "{}"u8.ToArray();
        var changed = content.ToArray();
        changed[random.Next(changed.Length)] ^= (byte)(1 << random.Next(8));
        return random.Next(3) == 0 ? changed[..random.Next(changed.Length)] : changed;
    }
}
