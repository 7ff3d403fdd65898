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

    /// <summary>The secret, to be written to where it is kept: the bytes of an hmac secret, PKCS#8 for a private key.</summary>
    /// <exception cref="InvalidOperationException">There is no secret: the key only verifies.</exception>
    public abstract byte[] ExportSecret();

    /// <summary>The public half as SubjectPublicKeyInfo (RFC 5280 §4.1.2.7): all that a verifier needs.</summary>
    /// <exception cref="InvalidOperationException">A shared secret has no public half.</exception>
    public abstract byte[] ExportPublic();

    /// <summary>
    /// A key of the same algorithm that belongs to nobody. Where a key is not known, verifying with it takes as long as with one
    /// that is.
    /// </summary>
    public abstract KeyMaterial CreateDecoy();
}
