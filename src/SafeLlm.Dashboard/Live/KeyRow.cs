using SafeLlm.Signing;

namespace SafeLlm.Dashboard;

/// <summary>A line of the table of keys. Of the secret it has nothing.</summary>
/// <param name="Key">The key.</param>
/// <param name="Tier">The tier of its calls; null where it has none that is configured.</param>
/// <param name="State">Whether it lives.</param>
/// <param name="IsStored">Whether it is in the store, where it can be revoked; else it is in the configuration.</param>
/// <param name="EndsSoon">Whether it ends within the time in which the verifier warns of it.</param>
internal sealed record KeyRow(VerifierKey Key, string? Tier, KeyState State, bool IsStored, bool EndsSoon)
{
    /// <summary>Until when it is frozen, where that ends by itself; null where it does not.</summary>
    public DateTimeOffset? RestsUntil { get; init; }

    /// <summary>Who is charged for its calls.</summary>
    public string Scope => AspNetCore.Tier.Scope(Key);
}
