using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Contracts;

/// <summary>A nonce is claimed with its hold, in one operation, before any limit is looked at.</summary>
public abstract class LedgerNonceContract : StoreContract
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();

    [Fact]
    public async Task Nonce_IsClaimedWithTheHold()
    {
        Assert.Equal(HoldOutcome.Held, await TryAsync("a", "n1", 50));

        Assert.Equal(HoldOutcome.Replayed, await TryAsync("b", "n1", 10));
        Assert.Equal(NonceOutcome.Replayed, await Stores.Nonces.ClaimAsync(Claim("n1"), Cancellation));
        await AssertStateAsync(Day, 0, 50);
    }

    [Fact]
    public async Task Nonce_ThatWasClaimedAlone_HoldsNothing()
    {
        Assert.Equal(NonceOutcome.Claimed, await Stores.Nonces.ClaimAsync(Claim("n1"), Cancellation));

        Assert.Equal(HoldOutcome.Replayed, await TryAsync("a", "n1", 50));

        await AssertStateAsync(Day, 0, 0);
        Assert.Equal(0, await Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Nonce_OfADenial_StaysClaimed()
    {
        await HoldAsync("full", Day, Tokens(100));

        Assert.Equal(HoldOutcome.Denied, await TryAsync("a", "n1", 50));
        await Ledger.ReleaseAsync("full", Cancellation);

        Assert.Equal(HoldOutcome.Replayed, await TryAsync("a", "n1", 50));
        Assert.Equal(HoldOutcome.Held, await TryAsync("a", null, 50));
    }

    [Fact]
    public async Task Nonce_OfARepeatedOperation_IsReplayedEvenSo()
    {
        Assert.Equal(HoldOutcome.Held, await TryAsync("a", "n1", 50));

        Assert.Equal(HoldOutcome.Replayed, await TryAsync("a", "n1", 50));
        Assert.Equal(HoldOutcome.Held, await TryAsync("a", null, 50));
        await AssertStateAsync(Day, 0, 50);
    }

    [Fact]
    public async Task Nonce_UnderAnotherKey_IsAnother()
    {
        Assert.Equal(HoldOutcome.Held, await TryAsync("a", "n1", 10));

        var other = new HoldRequest("b", [Day], Tokens(10), Lease) { Nonce = Claim("n1") with { KeyId = "k2" } };
        Assert.Equal(HoldOutcome.Held, (await Ledger.HoldAsync(other, Cancellation)).Outcome);
    }

    [Fact]
    public async Task Nonce_ClaimedByManyTasks_HoldsOnce()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() => TryAsync($"t{i}", "n1", 1), Cancellation)));

        Assert.Single(outcomes, outcome => outcome == HoldOutcome.Held);
        Assert.Equal(23, outcomes.Count(outcome => outcome == HoldOutcome.Replayed));
        await AssertStateAsync(Day, 0, 1);
    }

    private NonceClaim Claim(string nonce) => new("k1", nonce, Time.GetUtcNow() + TimeSpan.FromMinutes(5));

    private async Task<HoldOutcome> TryAsync(string id, string? nonce, long tokens) =>
        (await Ledger.HoldAsync(new HoldRequest(id, [Day], Tokens(tokens), Lease) { Nonce = nonce is null ? null : Claim(nonce) }, Cancellation)).Outcome;
}
