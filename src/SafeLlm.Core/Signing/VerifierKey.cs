namespace SafeLlm.Signing;

/// <summary>A key as the verifier keeps it: with its life, and whose it is.</summary>
public sealed record VerifierKey(SigningKey Key)
{
    /// <summary>Valid from this instant; null for always.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Valid up to this instant, exclusive; null for no end.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Revoked at this instant; null where it is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>The client it was issued to.</summary>
    public string? Client { get; init; }

    /// <summary>The user behind it.</summary>
    public string? User { get; init; }

    /// <summary>The tier of its calls.</summary>
    public string? Tier { get; init; }
}
