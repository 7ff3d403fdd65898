namespace SafeLlm.Signing;

/// <summary>How much an <see cref="InMemoryNonceStore"/> remembers. At a cap it refuses the key's claim; it drops nothing.</summary>
public sealed class InMemoryNonceStoreOptions
{
    /// <summary>Live nonces of all keys together, at 27 to 40 bytes each.</summary>
    /// <value>The default is 2,000,000.</value>
    public int MaxNonces { get; set; } = 2_000_000;

    /// <summary>Live nonces of one key: the key's highest rate times the six minutes that a nonce lives.</summary>
    /// <value>The default is 500,000, some 1,400 requests a second.</value>
    public int MaxNoncesPerKey { get; set; } = 500_000;
}
