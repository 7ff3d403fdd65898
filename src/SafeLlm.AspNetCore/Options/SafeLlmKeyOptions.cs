using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>A client's key, as configuration gives it. It comes from exactly one place: a secret of three, or a public key of two.</summary>
public sealed class SafeLlmKeyOptions
{
    /// <summary>The public name: 1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>. Never used again for another key.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>How it signs: <c>hmac-sha256</c>, <c>ecdsa-p256-sha256</c> or, where its package was added, <c>ed25519</c>.</summary>
    /// <value>The default is <c>hmac-sha256</c>. Where this service need not be able to sign, <c>ecdsa-p256-sha256</c> with a public key is better.</value>
    public string Algorithm { get; set; } = "hmac-sha256";

    /// <summary>By which rules it signs.</summary>
    /// <value>The default is <see cref="SignatureProfile.SafeLlmV1"/>; <see cref="SignatureProfile.SeedV0"/> needs <see cref="Endpoints"/> and <see cref="SafeLlmVerifierOptions.AcceptSeedUntil"/>.</value>
    public SignatureProfile Profile { get; set; }

    /// <summary>The public key as PEM, of an algorithm that has one.</summary>
    public string? PublicKey { get; set; }

    /// <summary>A file that holds the public key as PEM.</summary>
    public string? PublicKeyFile { get; set; }

    /// <summary>The secret in base64, at least 32 random bytes; a text of at least 16 for seed-v0. Better kept in a file or in the environment.</summary>
    public string? Secret { get; set; }

    /// <summary>A file that holds the secret in base64.</summary>
    public string? SecretFile { get; set; }

    /// <summary>An environment variable that holds the secret in base64.</summary>
    public string? SecretEnvironmentVariable { get; set; }

    /// <summary>The client that the key was issued to.</summary>
    public string? Client { get; set; }

    /// <summary>The user behind it. Where it is set, the tier's limits count per user instead of per key.</summary>
    public string? User { get; set; }

    /// <summary>The tenant that the user belongs to.</summary>
    public string? Tenant { get; set; }

    /// <summary>A tag of the device that holds the key.</summary>
    public string? Device { get; set; }

    /// <summary>Whether the key may name another user of its client in the header <c>x-safellm-user</c>, which its signature covers.</summary>
    public bool ActsForUsers { get; set; }

    /// <summary>The paths that it may call, as clients sign them: exact, or ending in <c>/*</c>. Empty for all.</summary>
    public IList<string> Endpoints { get; } = [];

    /// <summary>The models that it may call, of those its tier allows: exact, or ending in <c>*</c>. Empty for all.</summary>
    public IList<string> Models { get; } = [];

    /// <summary>The tier of its calls; <see cref="SafeLlmVerifierOptions.DefaultTier"/> where it names none.</summary>
    public string? Tier { get; set; }

    /// <summary>Valid from this instant.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Valid up to this instant, exclusive.</summary>
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>Revoked at this instant.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
