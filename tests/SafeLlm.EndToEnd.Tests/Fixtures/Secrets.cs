using SafeLlm.Signing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>What must never show: recognisable, so that a search finds it.</summary>
internal static class Secrets
{
    /// <summary>Stands in every prompt.</summary>
    public const string Prompt = "PROMPT-MARKER-6f1c";

    /// <summary>Stands in every answer.</summary>
    public const string Answer = "ANSWER-MARKER-90be";

    /// <summary>The key of the gateway's operator at the provider.</summary>
    public const string ProviderKey = "sk-provider-0c5d7e";

    /// <summary>The key that a client sends to its endpoint; the gateway takes no notice of it.</summary>
    public const string ClientKey = "sk-client-44ab19";

    /// <summary>The secret behind every signing key of the scenes.</summary>
    public static readonly string SigningSecret = Convert.ToBase64String([.. Enumerable.Range(1, 32).Select(i => (byte)(i * 7))]);

    public static IEnumerable<string> All => [Prompt, Answer, ProviderKey, ClientKey, SigningSecret];

    public static SigningKey SigningKey(string keyId) => Signing.SigningKey.HmacFromBase64(keyId, SigningSecret);
}
