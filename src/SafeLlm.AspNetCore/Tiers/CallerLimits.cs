using SafeLlm.Limits;

namespace SafeLlm.AspNetCore;

/// <summary>The limits that a caller's calls are charged to, with what is said of them in every answer and every line of the journal: made once a caller.</summary>
internal sealed class CallerLimits
{
    private readonly string? keyId;
    private string?[]? fields;
    private IReadOnlyList<string>? scopes;

    /// <param name="all">The limits.</param>
    /// <param name="keyId">The key that calls; null where signatures are not verified.</param>
    public CallerLimits(Limit[] all, string? keyId)
    {
        All = all;
        this.keyId = keyId;
    }

    public static CallerLimits None { get; } = new([], null);

    /// <summary>The limits. An array, which a ledger need not copy to look at it.</summary>
    public Limit[] All { get; }

    /// <summary>How each of them begins in the field RateLimit; null for those that are not told.</summary>
    public ReadOnlySpan<string?> Fields => fields ??= Array.ConvertAll(All, RateLimitFields.Beginning);

    /// <summary>The scopes that are charged, each once, and the key: whoever is charged, the key called, and what a key uses is found out from the journal.</summary>
    public IReadOnlyList<string> Scopes => scopes ??= FindScopes();

    /// <summary>The same, and more.</summary>
    public CallerLimits With(IEnumerable<Limit> more) => new([.. All, .. more], keyId);

    private IReadOnlyList<string> FindScopes()
    {
        var charged = JournalEntry.ScopesOf(All);
        return keyId is not null && $"key:{keyId}" is var key && !charged.Contains(key) ? [.. charged, key] : charged;
    }
}
