namespace SafeLlm.Signing;

/// <summary>What verifying a request came to. The default value is "not verified".</summary>
public readonly record struct VerificationResult
{
    /// <summary>Why not; <see cref="SignatureReason.None"/> where it verified.</summary>
    public SignatureReason Reason { get; init; }

    /// <summary>The key that signed; null unless the signature verified with it.</summary>
    public VerifierKey? Key { get; init; }

    /// <summary>
    /// The name of a key that the signature claims; null where it could not be read. Unless <see cref="Key"/> is set it is a stranger's
    /// text: to be counted, never to be shown.
    /// </summary>
    public string? ClaimedKeyId { get; init; }

    /// <summary>The nonce to claim, kept until it can no longer pass as fresh; null unless the signature verified.</summary>
    public NonceClaim? Nonce { get; init; }

    /// <summary>When the request was signed, by its own words; null unless the signature verified.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>What is wrong, for the caller: never a secret, the base, or whether a key exists.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether the signature over the head verified.</summary>
    public bool IsVerified => Reason == SignatureReason.None;

    /// <summary>The refusal to answer with; null where it verified.</summary>
    public Refusal? Refusal => IsVerified ? null : SignatureRefusals.For(Reason, Detail);
}
