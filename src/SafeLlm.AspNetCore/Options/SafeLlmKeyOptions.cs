namespace SafeLlm.AspNetCore;

/// <summary>A client's key, as configuration gives it. Its secret comes from exactly one of three places.</summary>
public sealed class SafeLlmKeyOptions
{
    /// <summary>The public name: 1 to 128 characters of <c>A-Z a-z 0-9 . _ : ~ -</c>. Never used again for another key.</summary>
    public string KeyId { get; set; } = "";

    /// <summary>The secret in base64, at least 32 random bytes. Better kept in a file or in the environment.</summary>
    public string? Secret { get; set; }

    /// <summary>A file that holds the secret in base64.</summary>
    public string? SecretFile { get; set; }

    /// <summary>An environment variable that holds the secret in base64.</summary>
    public string? SecretEnvironmentVariable { get; set; }

    /// <summary>The client that the key was issued to.</summary>
    public string? Client { get; set; }

    /// <summary>The user behind it. Where it is set, the tier's limits count per user instead of per key.</summary>
    public string? User { get; set; }

    /// <summary>The tier of its calls; <see cref="SafeLlmVerifierOptions.DefaultTier"/> where it names none.</summary>
    public string? Tier { get; set; }

    /// <summary>Valid from this instant.</summary>
    public DateTimeOffset? NotBefore { get; set; }

    /// <summary>Valid up to this instant, exclusive.</summary>
    public DateTimeOffset? NotAfter { get; set; }

    /// <summary>Revoked at this instant.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
