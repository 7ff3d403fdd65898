using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Vectors;

/// <summary>The public vectors, made by another implementation.</summary>
internal static class SigningVectors
{
    private static readonly Lazy<JsonDocument> File = new(() => JsonDocument.Parse(System.IO.File.ReadAllBytes(SharedData.Path("data", "signing", "public.json"))));

    public static JsonElement Root => File.Value.RootElement;

    public static IReadOnlyList<SigningVector> All => [.. Root.GetProperty("vectors").EnumerateArray().Select(SigningVector.Read)];

    public static SigningVector Find(string id) => All.Single(vector => vector.Id == id);

    /// <summary>The keys by which the vectors are verified. ed25519 has a package and tests of its own.</summary>
    public static SigningKeyRing Keys() => new(Root.GetProperty("keys").EnumerateObject()
        .Where(key => key.Value.GetProperty("alg").GetString() != "ed25519")
        .Select(key => new VerifierKey(Read(key.Name, key.Value))));

    private static SigningKey Read(string keyId, JsonElement key) =>
        new KeyAlgorithms().Read(keyId, key.GetProperty("alg").GetString()!, (key.TryGetProperty("secret_b64", out var secret) ? secret : key.GetProperty("public_pem")).GetString()!);
}
