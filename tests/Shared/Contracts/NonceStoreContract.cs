using SafeLlm.Signing;

namespace SafeLlm.Tests.Contracts;

/// <summary>A nonce is claimed once, for as long as its signature could pass as fresh.</summary>
public abstract class NonceStoreContract : StoreContract
{
    [Fact]
    public async Task Claim_OfANewNonce_IsTakenOnce()
    {
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync("n"));
        Assert.Equal(NonceOutcome.Replayed, await ClaimAsync("n"));
    }

    [Fact]
    public async Task Claim_OfOtherNonceKeyOrProfile_IsAnother()
    {
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync("n"));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync("N"));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync("n", key: "other"));
        Assert.Equal(NonceOutcome.Claimed, await Stores.Nonces.ClaimAsync(Claim("n") with { Profile = "seed-v0" }, Cancellation));
    }

    [Fact]
    public async Task Claim_IsRemembered_UntilItsEnd()
    {
        var claim = Claim("n");
        Assert.Equal(NonceOutcome.Claimed, await Stores.Nonces.ClaimAsync(claim, Cancellation));

        SetTime(claim.KeepUntil - TimeSpan.FromSeconds(1));

        Assert.Equal(NonceOutcome.Replayed, await Stores.Nonces.ClaimAsync(claim, Cancellation));
    }

    [Fact]
    public async Task Claim_PastItsEnd_CannotBeProvedUnused()
    {
        Assert.Equal(NonceOutcome.Replayed, await Stores.Nonces.ClaimAsync(Claim("n") with { KeepUntil = Start }, Cancellation));
        Assert.Equal(NonceOutcome.Replayed, await Stores.Nonces.ClaimAsync(Claim("n") with { KeepUntil = Start - TimeSpan.FromHours(1) }, Cancellation));
    }

    [Fact]
    public async Task Claim_ByManyTasks_IsTakenByOne()
    {
        for (var round = 0; round < 8; round++)
        {
            var nonce = $"race{round}";
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => ClaimAsync(nonce), Cancellation)));

            Assert.Single(outcomes, outcome => outcome == NonceOutcome.Claimed);
        }
    }

    [Fact]
    public async Task Claim_OfManyNonces_ForgetsNone()
    {
        for (var i = 0; i < 2_000; i++) Assert.Equal(NonceOutcome.Claimed, await ClaimAsync($"n{i}"));
        for (var i = 0; i < 2_000; i++) Assert.Equal(NonceOutcome.Replayed, await ClaimAsync($"n{i}"));
    }

    [Fact]
    public async Task Claim_WhereTheClockStepsBack_IsStillReplayed()
    {
        var claim = Claim("n");
        Assert.Equal(NonceOutcome.Claimed, await Stores.Nonces.ClaimAsync(claim, Cancellation));

        SetTime(Start - TimeSpan.FromMinutes(10));

        Assert.Equal(NonceOutcome.Replayed, await Stores.Nonces.ClaimAsync(claim, Cancellation));
    }

    [Fact]
    public async Task Claim_WhereTheClockWasAheadForAWhile_IsStillReplayed()
    {
        var claim = Claim("n");
        Assert.Equal(NonceOutcome.Claimed, await Stores.Nonces.ClaimAsync(claim, Cancellation));

        SetTime(claim.KeepUntil + TimeSpan.FromMinutes(5));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync("other"));
        SetTime(Start + TimeSpan.FromMinutes(1));

        Assert.Equal(NonceOutcome.Replayed, await Stores.Nonces.ClaimAsync(claim, Cancellation));
    }

    private NonceClaim Claim(string nonce, string key = "k1") => new(key, nonce, Time.GetUtcNow() + TimeSpan.FromMinutes(5));

    private async Task<NonceOutcome> ClaimAsync(string nonce, string key = "k1") => await Stores.Nonces.ClaimAsync(Claim(nonce, key), Cancellation);
}
