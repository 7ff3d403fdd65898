using System.Security.Cryptography;
using CsCheck;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Keys;

public sealed class AesGcmKeyProtectorTests : IDisposable
{
    private static readonly KeyBinding Binding = new("acme.shop", SignatureAlgorithm.HmacSha256, "acme");

    private readonly string _folder = Directory.CreateTempSubdirectory("safellm-master-").FullName;
    private readonly AesGcmKeyProtector _protector = new(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Unprotect_OfWhatWasProtected_IsTheSecret() =>
        Gen.Byte.Array[0, 200].Sample(secret => _protector.Unprotect(_protector.Protect(secret, Binding), Binding).AsSpan().SequenceEqual(secret));

    [Fact]
    public void Protect_Twice_GivesOtherBytesAndNeverTheSecret()
    {
        var secret = RandomNumberGenerator.GetBytes(32);
        var first = _protector.Protect(secret, Binding);

        Assert.NotEqual(first, _protector.Protect(secret, Binding));
        Assert.True(first.AsSpan().IndexOf(secret.AsSpan(0, 8)) < 0);
    }

    [Fact]
    public void Unprotect_ForAnotherKeyAlgorithmOrClient_IsRefused()
    {
        var stored = _protector.Protect([1, 2, 3], Binding);
        KeyBinding[] others =
        [
            Binding with { KeyId = "acme.shop2" },
            Binding with { Algorithm = SignatureAlgorithm.EcdsaP256Sha256 },
            Binding with { Client = "other" },
            Binding with { Client = null },
            Binding with { Client = "" },
        ];
        Assert.All(others, other => Assert.Throws<CryptographicException>(() => _protector.Unprotect(stored, other)));
    }

    [Fact]
    public void Unprotect_WithAnyBitChanged_IsRefused()
    {
        var stored = _protector.Protect([1, 2, 3], Binding);
        for (var bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<CryptographicException>(() => _protector.Unprotect(stored, Binding));
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.Throws<CryptographicException>(() => _protector.Unprotect(stored.AsSpan(0, 20), Binding));
    }

    [Fact]
    public void Unprotect_UnderAnotherMasterKey_SaysSo()
    {
        var other = new AesGcmKeyProtector(RandomNumberGenerator.GetBytes(32));
        var error = Assert.Throws<CryptographicException>(() => other.Unprotect(_protector.Protect([1], Binding), Binding));
        Assert.Contains("another master key", error.Message);
    }

    [Fact]
    public void FromFile_OfAGeneratedKey_OpensWhatTheSameFileSealed()
    {
        var path = Path.Combine(_folder, "master");
        File.WriteAllText(path, AesGcmKeyProtector.GenerateMasterKey() + "\n");
        Assert.Equal([1, 2], AesGcmKeyProtector.FromFile(path).Unprotect(AesGcmKeyProtector.FromFile(path).Protect([1, 2], Binding), Binding));
    }

    [Theory]
    [InlineData("c2hvcnQ=")]
    [InlineData("a pass phrase that somebody made up")]
    [InlineData("")]
    public void FromFile_OfSomethingElse_IsRefusedWithoutShowingIt(string text)
    {
        var path = Path.Combine(_folder, "master");
        File.WriteAllText(path, text);
        var error = Assert.Throws<ArgumentException>(() => AesGcmKeyProtector.FromFile(path));
        if (text.Length > 0) Assert.DoesNotContain(text, error.ToString());
        Assert.Throws<ArgumentException>(() => AesGcmKeyProtector.FromFile(Path.Combine(_folder, "absent")));
        Assert.Throws<ArgumentException>(() => AesGcmKeyProtector.FromEnvironment("SAFELLM_NO_SUCH_VARIABLE"));
        Assert.Throws<ArgumentException>(() => new AesGcmKeyProtector(new byte[16]));
    }

    [Fact]
    public void ToString_ShowsNoneOfTheKey() =>
        Assert.DoesNotContain("AAECAw", _protector.ToString());
}
