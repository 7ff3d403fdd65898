namespace SafeLlm.Signing;

/// <summary>Gives the verifier its keys: a look-up in memory, O(1), the same answer for a whole request.</summary>
public interface ISigningKeyStore
{
    /// <summary>The key of that name; null where there is none.</summary>
    VerifierKey? Find(string keyId);

    /// <summary>All keys there are, for those who watch over their lives. Empty where a store does not tell.</summary>
    IReadOnlyCollection<VerifierKey> All => [];

    /// <summary>
    /// What is wrong with keys that are there and cannot be used, a sentence each and nothing secret: whoever signs with one is refused, and
    /// nobody else. Empty where all can be.
    /// </summary>
    IReadOnlyCollection<string> Faults => [];

    /// <summary>
    /// When the keys were last known to be current; null where they always are. A verifier refuses everything once that is more than
    /// five seconds ago: it could let a revoked key in.
    /// </summary>
    DateTimeOffset? CurrentAt => null;
}
