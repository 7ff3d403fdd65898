using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.RateLimiting.Tests;

public sealed class LedgerRateLimiterTests
{
    private static readonly Limit Requests = Limit.Requests(3).PerMinute();
    private static readonly Limit Calls = Limit.ConcurrentCalls(2);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryLedger ledger;

    public LedgerRateLimiterTests() => ledger = new InMemoryLedger(time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Attempt_TakesPermits_AndSaysWhenThereAreMore()
    {
        using var limiter = Limiter(Requests);
        using (var one = limiter.AttemptAcquire(2)) Assert.True(one.IsAcquired);

        using var two = limiter.AttemptAcquire(2);

        Assert.False(two.IsAcquired);
        Assert.True(two.TryGetMetadata(MetadataName.RetryAfter, out var wait));
        Assert.InRange(wait, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(62));
        Assert.True(two.TryGetMetadata(LedgerMetadata.Denials, out var denials));
        Assert.Equal((2, 2, 1), (denials![0].Asked, denials[0].Spent, denials[0].Free));
        Assert.True(two.TryGetMetadata(MetadataName.ReasonPhrase, out var reason));
        Assert.Contains("3 requests", reason, StringComparison.Ordinal);
        Assert.False(two.TryGetMetadata(LedgerMetadata.Hold, out _));

        time.Advance(wait);
        using var three = limiter.AttemptAcquire(2);
        Assert.True(three.IsAcquired);
    }

    [Fact]
    public async Task Lease_OfConcurrentCalls_GivesBackWhenItIsDisposed()
    {
        using var limiter = Limiter(Calls);
        var one = await limiter.AcquireAsync(1, Cancel);
        using var two = await limiter.AcquireAsync(1, Cancel);
        using (var three = await limiter.AcquireAsync(1, Cancel))
        {
            Assert.False(three.IsAcquired);
            Assert.False(three.TryGetMetadata(MetadataName.RetryAfter, out _));
        }

        one.Dispose();
        one.Dispose();

        using var four = await limiter.AcquireAsync(1, Cancel);
        Assert.True(four.IsAcquired);
        Assert.Equal(2, await ledger.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task Lease_IsSettled_AtWhatWasReallyUsed()
    {
        var tokens = Limit.Tokens(1_000).PerHour();
        using var limiter = Limiter(options =>
        {
            options.Limits.Add(tokens);
            options.Amounts = permits => new Amounts(permits, 0, NanoUsd.Zero);
        });
        using (var lease = await limiter.AcquireAsync(800, Cancel))
        {
            Assert.True(lease.TryGetMetadata(LedgerMetadata.Hold, out var hold));
            hold!.Use(new Amounts(50, 25, NanoUsd.Zero));
        }

        Assert.Equal((75, 0), await StateAsync(tokens));
        using (var lease = await limiter.AcquireAsync(900, Cancel))
        {
            Assert.True(lease.TryGetMetadata(LedgerMetadata.Hold, out var hold));
            hold!.UseNothing();
        }

        Assert.Equal((75, 0), await StateAsync(tokens));
    }

    [Fact]
    public async Task Acquire_WithoutRoomAtOneLimit_TakesFromNone()
    {
        using var limiter = Limiter(Requests, Limit.Requests(1).PerDay().For("user:1"));
        using var one = await limiter.AcquireAsync(1, Cancel);

        using var two = await limiter.AcquireAsync(1, Cancel);

        Assert.False(two.IsAcquired);
        Assert.Equal((0, 1), await StateAsync(Requests));
    }

    [Fact]
    public async Task Acquire_OfNoPermits_AsksWhetherThereAreAny()
    {
        using var limiter = Limiter(Limit.Requests(1).PerMinute());
        using (var free = limiter.AttemptAcquire(0)) Assert.True(free.IsAcquired);
        using var one = await limiter.AcquireAsync(1, Cancel);

        using var full = limiter.AttemptAcquire(0);

        Assert.False(full.IsAcquired);
        Assert.Equal(1, await ledger.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task Attempt_AtAStoreThatAnswersLater_LeavesItToAcquire()
    {
        var slow = new SlowLedger(ledger);
        using var limiter = new LedgerRateLimiter(slow, new LedgerRateLimiterOptions { Time = time, Limits = { Requests } });
        using (var attempt = limiter.AttemptAcquire(1)) Assert.False(attempt.IsAcquired);
        Assert.Null(limiter.GetStatistics());

        using var lease = await limiter.AcquireAsync(1, Cancel);

        Assert.True(lease.IsAcquired);
    }

    [Fact]
    public async Task Acquire_WhereTheStoreFails_ThrowsAndLeavesNothingHeld()
    {
        var slow = new SlowLedger(ledger) { LosesAnswers = true };
        using var limiter = new LedgerRateLimiter(slow, new LedgerRateLimiterOptions { Time = time, Limits = { Requests } });

        await Assert.ThrowsAsync<IOException>(async () => await limiter.AcquireAsync(1, Cancel));

        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task Acquire_WithACancelledToken_TakesNothing()
    {
        using var limiter = Limiter(Requests);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await limiter.AcquireAsync(1, new CancellationToken(true)));

        Assert.Equal((0, 0), await StateAsync(Requests));
    }

    [Fact]
    public void Statistics_TellWhatIsFreeAndWhatWasDone()
    {
        using var limiter = Limiter(Requests);
        using var one = limiter.AttemptAcquire(2);
        using var two = limiter.AttemptAcquire(2);

        var statistics = limiter.GetStatistics()!;

        Assert.Equal((1, 1, 1, 0), (statistics.CurrentAvailablePermits, statistics.TotalSuccessfulLeases, statistics.TotalFailedLeases, statistics.CurrentQueuedCount));
    }

    [Fact]
    public void Limiter_IsIdle_WhereNoLeaseIsOpen()
    {
        using var limiter = Limiter(Requests);
        using (limiter.AttemptAcquire(1)) Assert.Null(limiter.IdleDuration);

        time.Advance(TimeSpan.FromSeconds(7));

        Assert.Equal(TimeSpan.FromSeconds(7), limiter.IdleDuration);
    }

    [Fact]
    public void Options_ThatLimitNothing_AreRefused()
    {
        Assert.Throws<ArgumentException>(() => Limiter());
        Assert.Throws<ArgumentException>(() => Limiter(Requests, Requests.WithCap(5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Limiter(options =>
        {
            options.Limits.Add(Requests);
            options.Lease = TimeSpan.FromDays(2);
        }));
    }

    private LedgerRateLimiter Limiter(params Limit[] limits) => Limiter(options => Array.ForEach(limits, options.Limits.Add));

    private LedgerRateLimiter Limiter(Action<LedgerRateLimiterOptions> configure)
    {
        var options = new LedgerRateLimiterOptions { Time = time };
        configure(options);
        return new LedgerRateLimiter(ledger, options);
    }

    private async Task<(long Spent, long Held)> StateAsync(Limit limit)
    {
        var state = Assert.Single(await ledger.ReadAsync([limit], Cancel));
        return (state.Spent, state.Held);
    }
}
