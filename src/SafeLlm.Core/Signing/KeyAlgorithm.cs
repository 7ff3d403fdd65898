namespace SafeLlm.Signing;

/// <summary>
/// Makes and reads the keys of one algorithm. Those of the framework are in <see cref="KeyAlgorithms"/>; a package with an algorithm
/// of its own ships one more.
/// </summary>
public abstract class KeyAlgorithm
{
    /// <summary>Which one.</summary>
    public abstract SignatureAlgorithm Algorithm { get; }

    /// <summary>A new random key.</summary>
    public abstract KeyMaterial Generate();

    /// <summary>Reads a key as files and configuration hold it: base64 for a shared secret, PEM for private and public keys.</summary>
    /// <exception cref="ArgumentException">It is no such key. The message does not repeat it.</exception>
    public abstract KeyMaterial Read(string text);

    /// <summary>Writes what <see cref="Read"/> reads. It holds the secret.</summary>
    /// <exception cref="InvalidOperationException">There is no secret: the key only verifies.</exception>
    public abstract string Write(KeyMaterial key);

    /// <summary>Reads what <see cref="KeyMaterial.ExportSecret"/> wrote.</summary>
    /// <exception cref="ArgumentException">It is no such key.</exception>
    public abstract KeyMaterial ReadSecret(ReadOnlySpan<byte> secret);

    /// <summary>Reads what <see cref="KeyMaterial.ExportPublic"/> wrote.</summary>
    /// <exception cref="ArgumentException">It is no such key, or the algorithm has no public keys.</exception>
    public abstract KeyMaterial ReadPublic(ReadOnlySpan<byte> spki);
}
