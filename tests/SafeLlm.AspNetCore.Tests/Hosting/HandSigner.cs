using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Signs whatever a test wants signed, which our own signer would not: foreign digests, missing components, odd lives.</summary>
internal static class HandSigner
{
    public static readonly string[] All = ["@method", "@authority", "@path", "@query", "content-digest", "content-type"];

    public static TestRequest Sign(TestRequest request, SigningKey key, DateTimeOffset created, string nonce, params string[] components)
    {
        var parameters = string.Create(
            CultureInfo.InvariantCulture,
            $"({string.Join(' ', components.Select(component => $"\"{component}\""))});created={created.ToUnixTimeSeconds()};expires={created.ToUnixTimeSeconds() + 300};nonce=\"{nonce}\";keyid=\"{key.KeyId}\";alg=\"hmac-sha256\";tag=\"safellm-v1\"");
        var lines = components.Select(component => $"\"{component}\": {Value(request, component)}").Append($"\"@signature-params\": {parameters}");
        var mac = HMACSHA256.HashData(Convert.FromBase64String(key.ExportBase64()), Encoding.ASCII.GetBytes(string.Join('\n', lines)));
        return request
            .With("signature-input", $"safellm={parameters}")
            .With("signature", $"safellm=:{Convert.ToBase64String(mac)}:");
    }

    private static string Value(TestRequest request, string component) => component switch
    {
        "@method" => request.Method,
        "@authority" => request.Authority,
        "@path" => request.Path,
        "@query" => request.Query,
        _ => request.Headers[component],
    };
}
