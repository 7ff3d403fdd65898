using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

public sealed class InMemoryNonceStoreTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider _time = new(Start);

    [Fact]
    public async Task Claim_OfTheSameNonce_IsReplayedUntilItsEndAndAfterIt()
    {
        var store = new InMemoryNonceStore(_time);
        var claim = Claim(0, 330);
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, claim));
        for (var i = 0; i < 400; i++)
        {
            Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(store, claim));
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [Fact]
    public async Task Claim_OfAnEntryThatEndedButIsSignedAnew_IsClaimed()
    {
        var store = new InMemoryNonceStore(_time);
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(0, 60)));
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(0, 60)));
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_IsGivenToExactlyOne()
    {
        var store = new InMemoryNonceStore(_time);
        for (var round = 0; round < 200; round++)
        {
            var claim = Claim(round, 330);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () => await ClaimAsync(store, claim))));
            Assert.Single(outcomes, NonceOutcome.Claimed);
            Assert.Equal(7, outcomes.Count(outcome => outcome == NonceOutcome.Replayed));
        }
    }

    [Fact]
    public async Task Cap_OfAll_RefusesTheNewAndKeepsTheOld()
    {
        var store = new InMemoryNonceStore(_time, new InMemoryNonceStoreOptions { MaxNonces = 1000 });
        for (var i = 0; i < 1000; i++) Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(i, 330, $"k{i % 7}")));
        Assert.Equal(NonceOutcome.Full, await ClaimAsync(store, Claim(1000, 330, "other")));
        for (var i = 0; i < 1000; i++) Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(store, Claim(i, 330, $"k{i % 7}")));
        _time.Advance(TimeSpan.FromSeconds(361));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(1000, 330, "other")));
        Assert.Equal(1, store.Count);
    }

    [Fact]
    public async Task Cap_OfOneKey_LeavesOthersAlone()
    {
        var store = new InMemoryNonceStore(_time, new InMemoryNonceStoreOptions { MaxNonces = 100, MaxNoncesPerKey = 10 });
        for (var i = 0; i < 10; i++) Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(i, 330, "greedy")));
        Assert.Equal(NonceOutcome.Full, await ClaimAsync(store, Claim(10, 330, "greedy")));
        Assert.Equal(NonceOutcome.Replayed, await ClaimAsync(store, Claim(9, 330, "greedy")));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(10, 330, "modest")));
    }

    [Fact]
    public async Task Refusal_ForTheWholeStore_IsNotCountedAgainstTheKey()
    {
        var store = new InMemoryNonceStore(_time, new InMemoryNonceStoreOptions { MaxNonces = 1, MaxNoncesPerKey = 2 });
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(0, 60, "a")));
        for (var i = 1; i < 10; i++) Assert.Equal(NonceOutcome.Full, await ClaimAsync(store, Claim(i, 330, "b")));
        _time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(1, 330, "b")));
    }

    [Fact]
    public async Task Memory_UnderASteadyLoad_StaysWithinFortyEightBytesANonce()
    {
        var store = new InMemoryNonceStore(_time);
        var peak = 0;
        for (var second = 0; second < 1500; second++)
        {
            for (var i = 0; i < 100; i++) Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim((second * 100) + i, 330)));
            peak = Math.Max(peak, store.Count);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(peak, 33_000, 36_100);
        Assert.InRange(store.TableBytes / (double)peak, 20, 48);
    }

    [Fact]
    public async Task Keys_ThatCameAndWent_LeaveNoCounter()
    {
        var store = new InMemoryNonceStore(_time);
        for (var i = 0; i < 500; i++) await ClaimAsync(store, Claim(i, 330, $"k{i}"));
        Assert.Equal(500, store.CountedKeys);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(0, 330, "k0")));
        Assert.Equal(1, store.CountedKeys);
    }

    [Fact]
    public async Task Claim_FurtherAheadThanAnySignatureLives_IsRefusedWithTheLimit()
    {
        var store = new InMemoryNonceStore(_time);
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await ClaimAsync(store, Claim(0, 7200)));
        Assert.Contains("7200", error.Message);
        Assert.Equal(NonceOutcome.Claimed, await ClaimAsync(store, Claim(0, (int)InMemoryNonceStore.Horizon.TotalSeconds)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 1)]
    public void Caps_BelowOne_AreRefused(int all, int perKey) =>
        Assert.Throws<ArgumentException>(() => new InMemoryNonceStore(_time, new InMemoryNonceStoreOptions { MaxNonces = all, MaxNoncesPerKey = perKey }));

    [Fact]
    public async Task Claim_AfterCancellation_IsCancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await new InMemoryNonceStore(_time).ClaimAsync(Claim(0, 330), new CancellationToken(canceled: true)));

    private static ValueTask<NonceOutcome> ClaimAsync(InMemoryNonceStore store, NonceClaim claim) =>
        store.ClaimAsync(claim, TestContext.Current.CancellationToken);

    private NonceClaim Claim(int number, int seconds, string keyId = "k") => new(keyId, $"nonce-{number:D16}", _time.GetUtcNow() + TimeSpan.FromSeconds(seconds));
}
