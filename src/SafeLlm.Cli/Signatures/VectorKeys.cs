using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary>The keys of a vector file, and the one of a vector in front of them. A key that cannot be loaded is none: nobody signs with it.</summary>
internal sealed class VectorKeys : ISigningKeyStore
{
    private readonly Dictionary<string, VerifierKey> keys;

    private VectorKeys(Dictionary<string, VerifierKey> keys) => this.keys = keys;

    public static VectorKeys Read(JsonElement file, TextWriter warnings)
    {
        var keys = new Dictionary<string, VerifierKey>(StringComparer.Ordinal);
        if (file.TryGetProperty("keys", out var all) && all.ValueKind == JsonValueKind.Object)
        {
            foreach (var one in all.EnumerateObject()) Add(keys, one.Name, one.Value, warnings);
        }

        return new VectorKeys(keys);
    }

    /// <summary>These keys and the vector's own, which counts first.</summary>
    public VectorKeys With(JsonElement vector, TextWriter warnings)
    {
        if (!vector.TryGetProperty("key", out var key) || key.TextOrNull("keyid") is not { } keyId) return this;
        var more = new Dictionary<string, VerifierKey>(keys, StringComparer.Ordinal);
        Add(more, keyId, key, warnings);
        return new VectorKeys(more);
    }

    public VerifierKey? Find(string keyId) => keys.GetValueOrDefault(keyId);

    private static void Add(Dictionary<string, VerifierKey> keys, string keyId, JsonElement key, TextWriter warnings)
    {
        keys.Remove(keyId);
        try
        {
            var text = key.TextOrNull("secret_b64") ?? key.TextOrNull("public_pem") ?? key.TextOrNull("private_pem") ?? "";
            keys[keyId] = new VerifierKey(CliKeys.Algorithms.Read(keyId, key.TextOrNull("alg") ?? "", text));
        }
        catch (ArgumentException wrong)
        {
            warnings.WriteLine($"warning: a key is left out. {wrong.Message}");
        }
    }
}
