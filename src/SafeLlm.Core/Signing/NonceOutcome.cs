namespace SafeLlm.Signing;

/// <summary>What became of a claim on a nonce.</summary>
public enum NonceOutcome
{
    /// <summary>Nothing was decided. Never returned by a store.</summary>
    None = 0,

    /// <summary>The nonce is ours now.</summary>
    Claimed,

    /// <summary>It was claimed before.</summary>
    Replayed,

    /// <summary>The store is full. A live entry is never dropped for a new one.</summary>
    Full,
}
