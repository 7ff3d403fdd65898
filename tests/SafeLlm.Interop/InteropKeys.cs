using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Interop;

/// <summary>The keys of both sides, made by the other one.</summary>
internal sealed record InteropKeys(SigningKey Hmac, SigningKey Ecdsa, SigningKey Ed25519, SigningKey Seed)
{
    public IEnumerable<SigningKey> All => [Hmac, Ecdsa, Ed25519];

    public static InteropKeys Read(string path)
    {
        var file = JsonElement.Parse(File.ReadAllBytes(path));
        KeyAlgorithms algorithms = [Signing.Ed25519.Algorithm];
        return new InteropKeys(
            algorithms.Read("k-hmac-sha256", "hmac-sha256", file.GetProperty("hmac-sha256").GetString()!),
            algorithms.Read("k-ecdsa-p256-sha256", "ecdsa-p256-sha256", file.GetProperty("ecdsa-p256-sha256").GetString()!),
            algorithms.Read("k-ed25519", "ed25519", file.GetProperty("ed25519").GetString()!),
            SigningKey.Seed("client_123", file.GetProperty("seed-v0").GetString()!));
    }
}
