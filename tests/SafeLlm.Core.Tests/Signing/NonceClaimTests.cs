using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

public sealed class NonceClaimTests
{
    private static readonly NonceClaim Claim = new("k1", "nonce", DateTimeOffset.UnixEpoch);

    [Fact]
    public void Hash_IsTheFirstHalfOfSha256OverProfileKeyAndNonce()
    {
        var expected = BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.ASCII.GetBytes("safellm-v1\0k1\0nonce")));
        Assert.Equal(expected, Claim.Hash());
        Assert.Equal(expected, (Claim with { KeepUntil = DateTimeOffset.MaxValue }).Hash());
    }

    [Fact]
    public void Hash_OfLongOrForeignText_DoesNotFail() =>
        Assert.NotEqual(Claim.Hash(), (Claim with { Nonce = new string('\u20ac', 5000) }).Hash());

    [Fact]
    public void Profile_IsOursUnlessSaid()
    {
        Assert.Equal("safellm-v1", default(NonceClaim).Profile);
        Assert.Equal(Claim, Claim with { Profile = "safellm-v1" });
        Assert.NotEqual(Claim.Hash(), (Claim with { Profile = "seed-v0" }).Hash());
    }
}
