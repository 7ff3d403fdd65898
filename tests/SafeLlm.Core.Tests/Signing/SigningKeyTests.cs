using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

public sealed class SigningKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(100, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    public void Hmac_WithAShortSecret_IsRefusedWithTheLimit(int length)
    {
        var error = Assert.Throws<ArgumentException>(() => SigningKey.Hmac("k", new byte[length]));
        Assert.Contains($"{length} bytes", error.Message);
        Assert.Contains("32", error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a/b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    public void KeyId_OutsideItsSyntax_IsRefusedWithoutBeingRepeated(string keyId)
    {
        var error = Assert.Throws<ArgumentException>(() => SigningKey.Hmac(keyId, Secret));
        Assert.Contains("A-Z a-z 0-9 . _ : ~ -", error.Message);
        if (keyId.Length > 1) Assert.DoesNotContain(keyId, error.Message);
    }

    [Fact]
    public void KeyId_HasUpTo128Characters()
    {
        Assert.Equal(128, SigningKey.Hmac(new string('k', 128), Secret).KeyId.Length);
        Assert.Contains("129", Assert.Throws<ArgumentException>(() => SigningKey.Hmac(new string('k', 129), Secret)).Message);
    }

    [Fact]
    public void HmacFromBase64_WithATextThatIsNone_IsRefusedWithoutShowingIt()
    {
        var error = Assert.Throws<ArgumentException>(() => SigningKey.HmacFromBase64("k", "sk_test_3f9c0e7b2a6d4c118e5f0a9b7c6d5e4f"));
        Assert.DoesNotContain("sk_test", error.ToString());
        Assert.Contains("base64", error.Message);
    }

    [Fact]
    public void Export_ThenImport_IsTheSameKey()
    {
        var key = SigningKey.GenerateHmac("k");
        var copy = SigningKey.HmacFromBase64("k", key.ExportBase64());
        Assert.Equal(key.ExportBase64(), copy.ExportBase64());
        Assert.Equal(32, Convert.FromBase64String(key.ExportBase64()).Length);
        Assert.NotEqual(key.ExportBase64(), SigningKey.GenerateHmac("k").ExportBase64());
    }

    [Fact]
    public void Secret_IsCopied()
    {
        var secret = Secret.ToArray();
        var key = SigningKey.Hmac("k", secret);
        secret[0] ^= 1;
        Assert.Equal(Convert.ToBase64String(Secret), key.ExportBase64());
    }

    [Fact]
    public void Secret_ShowsInNothingThatPrints()
    {
        var key = SigningKey.Hmac("k", Secret);
        string[] printed =
        [
            key.ToString(), $"{new VerifierKey(key)}", $"{new VerificationResult { Reason = SignatureReason.None, Key = new VerifierKey(key) }}",
            JsonSerializer.Serialize(key), JsonSerializer.Serialize(new VerifierKey(key)),
        ];
        Assert.Equal("k (hmac-sha256)", printed[0]);
        Assert.All(printed, text =>
        {
            Assert.DoesNotContain(Convert.ToBase64String(Secret)[..8], text);
            Assert.DoesNotContain(Convert.ToHexString(Secret)[..8], text, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void Verify_OnManyThreadsWithManyKeys_IsRightEveryTime()
    {
        var keys = Enumerable.Range(0, 2000).Select(i => SigningKey.GenerateHmac($"k{i}")).ToArray();
        var macs = keys.Select(key => Sign(key, "m"u8.ToArray())).ToArray();
        Parallel.For(0, 20_000, i =>
        {
            var key = keys[i % keys.Length];
            Assert.True(key.Material.Verify("m"u8, macs[i % keys.Length]));
            Assert.False(key.Material.Verify("n"u8, macs[i % keys.Length]));
            Assert.False(key.Material.Verify("m"u8, macs[(i + 1) % keys.Length]));
        });
    }

    private static byte[] Sign(SigningKey key, byte[] message)
    {
        var mac = new byte[key.Material.SignatureLength];
        key.Material.Sign(message, mac);
        return mac;
    }
}
