using NSec.Cryptography;

namespace SafeLlm.Signing;

/// <summary>A key pair, or its public half. The library's objects are immutable, so that threads may share them.</summary>
internal sealed class Ed25519Material(Key? pair, PublicKey key) : KeyMaterial
{
    private static readonly Ed25519Algorithm Keys = new();

    public override SignatureAlgorithm Algorithm => SignatureAlgorithm.Ed25519;

    public override int SignatureLength => 64;

    public override bool CanSign => pair is not null;

    public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        if (pair is null) throw new InvalidOperationException("This key only verifies: it is the public half.");
        NSec.Cryptography.SignatureAlgorithm.Ed25519.Sign(pair, message, signature);
    }

    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) =>
        signature.Length == SignatureLength && NSec.Cryptography.SignatureAlgorithm.Ed25519.Verify(key, message, signature);

    public override byte[] ExportSecret() =>
        pair?.Export(KeyBlobFormat.PkixPrivateKey) ?? throw new InvalidOperationException("There is no secret: this key is the public half.");

    public override byte[] ExportPublic() => key.Export(KeyBlobFormat.PkixPublicKey);

    public override KeyMaterial CreateDecoy() => Keys.Generate();
}
