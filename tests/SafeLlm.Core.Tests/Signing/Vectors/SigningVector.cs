using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Vectors;

/// <summary>One request of the public vectors, with what is expected of it.</summary>
internal sealed record SigningVector(string Id, string Algorithm, IReadOnlyList<string> Checks, TestRequest Request, DateTimeOffset Now, JsonElement Source)
{
    public bool IsAccepted => Source.GetProperty("expected").GetProperty("result").GetString() == "accept";

    public string? Reason => Source.GetProperty("expected").TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    public string SignatureBase => Source.GetProperty("expected").GetProperty("signature_base").GetString()!;

    /// <summary>Our member of the Signature header; proxies may have added theirs.</summary>
    public string SignatureMember => Source.GetProperty("expected").GetProperty("signature").GetString()!
        .Split(", ").First(member => member.StartsWith(Label, StringComparison.Ordinal));

    public string Label => Source.GetProperty("label").GetString()!;

    public static SigningVector Read(JsonElement vector) => new(
        vector.GetProperty("id").GetString()!,
        vector.GetProperty("key").GetProperty("alg").GetString()!,
        [.. vector.GetProperty("checks").EnumerateArray().Select(check => check.GetString()!)],
        ReadRequest(vector.GetProperty("request")),
        DateTimeOffset.FromUnixTimeSeconds(vector.GetProperty("now").GetInt64()),
        vector);

    /// <summary>A reason as the files spell it: signature_invalid is SignatureInvalid.</summary>
    public static SignatureReason ParseReason(string name) =>
        Enum.Parse<SignatureReason>(string.Concat(name.Split('_').Select(word => $"{char.ToUpperInvariant(word[0])}{word[1..]}")));

    /// <summary>Takes the URL apart by hand: System.Uri would re-encode what the vectors carry on purpose.</summary>
    public static TestRequest ReadRequest(JsonElement request)
    {
        var url = request.GetProperty("url").GetString()!;
        var schemeEnd = url.IndexOf("://", StringComparison.Ordinal);
        var scheme = url[..schemeEnd];
        var rest = url[(schemeEnd + 3)..];
        var pathAt = rest.IndexOfAny(['/', '?']);
        var authority = (pathAt < 0 ? rest : rest[..pathAt]).ToLowerInvariant();
        var target = pathAt < 0 ? "/" : rest[pathAt..];
        var queryAt = target.IndexOf('?');
        var result = new TestRequest
        {
            Method = request.GetProperty("method").GetString()!,
            Scheme = scheme,
            Authority = authority.EndsWith(":443", StringComparison.Ordinal) && scheme == "https" ? authority[..^4] : authority,
            Path = queryAt switch { < 0 => target, 0 => "/", _ => target[..queryAt] },
            Query = queryAt < 0 ? "?" : target[queryAt..],
            Content = request.GetProperty("body_b64").GetString() is { } body ? Convert.FromBase64String(body) : [],
        };
        foreach (var header in request.GetProperty("headers").EnumerateArray())
        {
            result.Add(header[0].GetString()!.ToLowerInvariant(), header[1].GetString()!);
        }

        return result;
    }
}
