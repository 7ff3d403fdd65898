using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>Keys that are the same in every run.</summary>
internal static class TestKeys
{
    public static readonly SigningKey Free = Make("k-free", "free-secret-of-32-bytes-or-more-01");
    public static readonly SigningKey Pro = Make("k-pro", "pro-secret-of-32-bytes-or-more-002");
    public static readonly SigningKey Stranger = Make("k-stranger", "no-secret-of-32-bytes-or-more-0003");

    public static SigningKey Make(string keyId, string secret) => SigningKey.Hmac(keyId, Encoding.ASCII.GetBytes(secret));

    public static SafeLlmKeyOptions Options(SigningKey key, string tier, string? user = null) =>
        new() { KeyId = key.KeyId, Secret = key.ExportBase64(), Client = "tests", Tier = tier, User = user };
}
