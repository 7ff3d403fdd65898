using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attack 33 of the profile and its table A8: what a key's owner learns of its state, and a stranger does not.</summary>
public sealed class KeyStateTests
{
    private static readonly VerifierKey Key = new(Crafted.Key) { Client = "acme" };

    public static TheoryData<string, SignatureReason, RefusalCode> States => new()
    {
        { "revoked", SignatureReason.KeyRevoked, RefusalCode.KeyRevoked },
        { "expired", SignatureReason.KeyExpired, RefusalCode.KeyExpired },
        { "early", SignatureReason.KeyExpired, RefusalCode.KeyExpired },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void KeyThatMayNotBeUsed_IsToldToItsOwnerAlone(string state, SignatureReason reason, RefusalCode code)
    {
        var keys = new SigningKeyRing([InState(state, Crafted.Now)]);
        var owner = Crafted.Verify(new Crafted().Sign(), keys: keys);
        Assert.Equal(reason, owner.Reason);
        Assert.Equal(code, owner.Refusal!.Code);
        Assert.Equal("acme", owner.Key!.Client);
        Assert.Null(owner.Nonce);

        var stranger = Crafted.Verify(new Crafted { Base = text => text + "x" }.Sign(), keys: keys);
        Assert.Equal(SignatureReason.SignatureInvalid, stranger.Reason);
        Assert.Null(stranger.Key);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("early")]
    public void KeyThatIsStillOrAlreadyGood_IsVerified(string state)
    {
        var then = Crafted.Now + TimeSpan.FromTicks(state == "early" ? 0 : 1);
        var key = state == "early" ? Key with { NotBefore = then } : InState(state, then);
        Assert.Equal(SignatureReason.None, Crafted.Verify(new Crafted().Sign(), keys: new SigningKeyRing([key])).Reason);
    }

    [Fact]
    public void Attack33_KeyRevokedOrTakenAway_IsNotFoundByTheNextLookUp()
    {
        var keys = new SigningKeyRing([Key]);
        var request = new Crafted().Sign();
        Assert.True(Crafted.Verify(request, keys: keys).IsVerified);
        keys.Replace([Key with { RevokedAt = Crafted.Now }]);
        Assert.Equal(SignatureReason.KeyRevoked, Crafted.Verify(request, keys: keys).Reason);
        keys.Replace([]);
        Assert.Equal(SignatureReason.KeyUnknown, Crafted.Verify(request, keys: keys).Reason);
    }

    private static VerifierKey InState(string state, DateTimeOffset at) => state switch
    {
        "revoked" => Key with { RevokedAt = at },
        "expired" => Key with { NotAfter = at },
        _ => Key with { NotBefore = at + TimeSpan.FromTicks(1) },
    };
}
