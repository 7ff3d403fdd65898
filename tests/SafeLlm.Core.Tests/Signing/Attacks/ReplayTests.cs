using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing.Attacks;

/// <summary>Attacks 25 to 27 of the profile, as far as one process can see them: nonces are burned or used twice.</summary>
public sealed class ReplayTests
{
    private readonly FakeTimeProvider _time = new(Crafted.Now);
    private readonly InMemoryNonceStore _nonces;

    public ReplayTests() => _nonces = new InMemoryNonceStore(_time);

    [Fact]
    public async Task Attack24_NonceUsedAgainWithOtherContent_IsReplayed()
    {
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(new Crafted().Verify()));
        var other = new Crafted();
        other.Request.Content = "{}"u8.ToArray();
        Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(other.Verify()));
    }

    [Fact]
    public async Task Attack24_NonceUsedAgainWithAnotherExpires_IsReplayed()
    {
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(new Crafted { Expires = "1763884900" }.Verify()));
        Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(new Crafted { Expires = "1763885100" }.Verify()));
    }

    [Fact]
    public void Attack25_ForgedOrAlteredRequest_HasNoNonceToBurn()
    {
        Assert.Null(new Crafted { Base = text => text + "x" }.Verify().Nonce);
        var captured = new Crafted().Sign();
        captured.Content = "{}"u8.ToArray();
        Assert.Null(Crafted.Verify(captured).Nonce);
    }

    [Fact]
    public async Task Attack26_ReplayAnyTimeWhileTheSignatureLives_IsReplayed()
    {
        var request = new Crafted().Sign();
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(Crafted.Verify(request, _time.GetUtcNow())));
        while (true)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            var result = Crafted.Verify(request, _time.GetUtcNow());
            if (!result.IsVerified)
            {
                Assert.Equal(SignatureReason.Stale, result.Reason);
                break;
            }

            Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(result));
        }
    }

    [Fact]
    public async Task Attack26_SlowTwin_VerifiedBeforeTheEndAndClaimedAfterIt_IsReplayed()
    {
        var result = new Crafted().Verify();
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(result));
        _time.SetUtcNow(result.Nonce!.Value.KeepUntil);
        Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(result));
    }

    [Fact]
    public async Task Attack26_CreatedAheadOfTheClock_IsRememberedUntilItsOwnEnd()
    {
        var ahead = Crafted.Now.ToUnixTimeSeconds() + 30;
        var request = new Crafted { Created = $"{ahead}", Expires = $"{ahead + 300}" }.Sign();
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(Crafted.Verify(request, _time.GetUtcNow())));
        _time.Advance(TimeSpan.FromSeconds(329));
        Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(Crafted.Verify(request, _time.GetUtcNow())));
    }

    [Fact]
    public async Task SameNonce_UnderAnotherKey_IsAnotherNonce()
    {
        var claim = new Crafted().Verify().Nonce!.Value;
        Assert.Equal(NonceOutcome.Claimed, await _nonces.ClaimAsync(claim, TestContext.Current.CancellationToken));
        Assert.Equal(NonceOutcome.Claimed, await _nonces.ClaimAsync(claim with { KeyId = "k-other" }, TestContext.Current.CancellationToken));
        Assert.Equal(NonceOutcome.Claimed, await _nonces.ClaimAsync(claim with { Profile = "seed-v0" }, TestContext.Current.CancellationToken));
    }

    private ValueTask<NonceOutcome> ClaimAsync(VerificationResult result) =>
        _nonces.ClaimAsync(result.Nonce!.Value, TestContext.Current.CancellationToken);
}
