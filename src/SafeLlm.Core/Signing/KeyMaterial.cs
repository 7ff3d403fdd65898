namespace SafeLlm.Signing;

/// <summary>
/// What a key signs and verifies with: the seam for algorithms that need a library of their own. Thread-safe. An
/// implementation shows its secret nowhere but in <see cref="ExportSecret"/>.
/// </summary>
public abstract class KeyMaterial
{
    /// <summary>How it signs.</summary>
    public abstract SignatureAlgorithm Algorithm { get; }

    /// <summary>The length of every signature, in bytes. Another length is refused before any work is done.</summary>
    public abstract int SignatureLength { get; }

    /// <summary>Whether it can sign; false for a public key.</summary>
    public abstract bool CanSign { get; }

    /// <summary>Signs.</summary>
    /// <param name="message">The bytes to sign.</param>
    /// <param name="signature">Where to: <see cref="SignatureLength"/> bytes.</param>
    /// <exception cref="InvalidOperationException">The key cannot sign.</exception>
    public abstract void Sign(ReadOnlySpan<byte> message, Span<byte> signature);

    /// <summary>Verifies in time that does not depend on where a wrong signature differs.</summary>
    public abstract bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature);

    /// <summary>The secret, to be written to where it is kept.</summary>
    /// <exception cref="InvalidOperationException">There is no secret: the key only verifies.</exception>
    public abstract byte[] ExportSecret();
}
