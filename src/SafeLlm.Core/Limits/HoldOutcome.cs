namespace SafeLlm.Limits;

/// <summary>What became of a request for a hold.</summary>
public enum HoldOutcome
{
    /// <summary>Nothing was decided. Never returned by a ledger: a forgotten assignment holds nothing.</summary>
    None = 0,

    /// <summary>The amounts are held at all limits.</summary>
    Held,

    /// <summary>At least one limit had no room; nothing is held.</summary>
    Denied,

    /// <summary>The nonce was claimed before; nothing is held.</summary>
    Replayed,

    /// <summary>The nonce store is full for this key; nothing is held.</summary>
    ReplayCapacity,

    /// <summary>The operation id was used before and its hold is closed; nothing is held. Every new attempt needs an id of its own.</summary>
    Closed,
}
