using System.Security.Cryptography;

namespace SafeLlm.Signing;

/// <summary>A shared secret for HMAC with SHA-256.</summary>
internal sealed class HmacSha256Material(byte[] secret) : KeyMaterial
{
    public const int MinSecretLength = 32;

    private readonly byte[] _secret = secret;

    public override SignatureAlgorithm Algorithm => SignatureAlgorithm.HmacSha256;

    public override int SignatureLength => HMACSHA256.HashSizeInBytes;

    public override bool CanSign => true;

    public static HmacSha256Material Generate() => new(RandomNumberGenerator.GetBytes(MinSecretLength));

    public override void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        var mac = MacCache.Rent(this);
        mac.Hash.AppendData(message);
        _ = mac.Hash.GetHashAndReset(signature);
        MacCache.Return(mac);
    }

    public override bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Sign(message, expected);
        return CryptographicOperations.FixedTimeEquals(expected, signature);
    }

    public override byte[] ExportSecret() => [.. _secret];

    public override byte[] ExportPublic() =>
        throw new InvalidOperationException("A shared secret has no public half: whoever verifies with it could sign. Use ecdsa-p256-sha256 where the server is to hold public keys only.");

    public override KeyMaterial CreateDecoy() => Generate();

    public IncrementalHash CreateMac() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
}
