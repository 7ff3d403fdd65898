namespace SafeLlm.Signing;

/// <summary>A key as the verifier keeps it: with its life, whose it is, and what it may be used for.</summary>
public sealed record VerifierKey(SigningKey Key)
{
    /// <summary>By which rules it signs.</summary>
    /// <value>The default is <see cref="SignatureProfile.SafeLlmV1"/>.</value>
    public SignatureProfile Profile { get; init; }

    /// <summary>Valid from this instant; null for always.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Valid up to this instant, exclusive; null for no end.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>Revoked at this instant; null where it is not.</summary>
    public DateTimeOffset? RevokedAt { get; init; }

    /// <summary>Frozen at this instant, until somebody has looked at it; null where it is not.</summary>
    public DateTimeOffset? FrozenAt { get; init; }

    /// <summary>The client it was issued to.</summary>
    public string? Client { get; init; }

    /// <summary>The user behind it.</summary>
    public string? User { get; init; }

    /// <summary>The tenant that the user belongs to.</summary>
    public string? Tenant { get; init; }

    /// <summary>A tag of the device that holds it.</summary>
    public string? Device { get; init; }

    /// <summary>The tier of its calls.</summary>
    public string? Tier { get; init; }

    /// <summary>
    /// The paths it may call, as clients sign them: exact, or with <c>/*</c> at the end for everything below. Empty for all; a key of
    /// <see cref="SignatureProfile.SeedV0"/> needs at least one.
    /// </summary>
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>The models it may call, on top of what its tier allows; with <c>*</c> at the end for all that begin so. Empty for all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether it may name another user of its client in <c>x-safellm-user</c>.</summary>
    public bool ActsForUsers { get; init; }

    /// <summary>Whether the key may call that path.</summary>
    /// <param name="path">The path as signed.</param>
    public bool AllowsEndpoint(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Endpoints.Count == 0 ? Profile != SignatureProfile.SeedV0 : IsAmong(Endpoints, path, "/*");
    }

    /// <summary>Whether the key may call that model.</summary>
    public bool AllowsModel(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Models.Count == 0 || IsAmong(Models, model, "*");
    }

    /// <summary>
    /// What is wrong with the record, a sentence for each error that begins with the member's name; empty where nothing is. No store
    /// keeps a key that has any.
    /// </summary>
    public IReadOnlyList<string> GetErrors() => VerifierKeyRules.Errors(this);

    private static bool IsAmong(IReadOnlyList<string> patterns, string text, string wildcard)
    {
        for (var i = 0; i < patterns.Count; i++)
        {
            var pattern = patterns[i];
            // The slash before the star stays: /v1/* is not /v10.
            if (pattern.EndsWith(wildcard, StringComparison.Ordinal) ? text.StartsWith(pattern[..^1], StringComparison.Ordinal) : string.Equals(pattern, text, StringComparison.Ordinal)) return true;
        }

        return false;
    }
}
