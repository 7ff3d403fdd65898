namespace SafeLlm.Signing;

/// <summary>Gives the verifier its keys: a look-up in memory, O(1), the same answer for a whole request.</summary>
public interface ISigningKeyStore
{
    /// <summary>The key of that name; null where there is none.</summary>
    VerifierKey? Find(string keyId);
}
