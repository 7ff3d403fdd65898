using System.Runtime.CompilerServices;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;

namespace SafeLlm.RateLimiting.Tests;

/// <summary>A lease holds while it is open, and not for ever where nobody has it any more.</summary>
public sealed class LeaseExtensionTests : IDisposable
{
    private static readonly TimeSpan Half = TimeSpan.FromMinutes(2.5);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryLedger inner;
    private readonly FaultyLedger ledger;

    public LeaseExtensionTests()
    {
        inner = new InMemoryLedger(time);
        ledger = new FaultyLedger(inner);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task Leases_OpenForLongerThanALease_KeepTheirPlaces()
    {
        using var limiter = Limiter(Limit.ConcurrentCalls(5));
        List<RateLimitLease> streams = [];
        for (var i = 0; i < 5; i++) streams.Add(await limiter.AcquireAsync(1, Cancel));

        for (var i = 0; i < 10; i++) time.Advance(Half);

        using (var sixth = await limiter.AcquireAsync(1, Cancel)) Assert.False(sixth.IsAcquired);
        streams.ForEach(stream => stream.Dispose());
        Assert.Equal(0, await inner.CountHoldsAsync(Cancel));
        Assert.True((await limiter.AcquireAsync(1, Cancel)).IsAcquired);
    }

    [Fact]
    public async Task Lease_ThatIsDisposed_IsNotExtended()
    {
        using var limiter = Limiter(Limit.ConcurrentCalls(5));
        (await limiter.AcquireAsync(1, Cancel)).Dispose();

        time.Advance(Half);

        Assert.Equal(0, ledger.Extensions);
    }

    [Fact]
    public async Task Extension_ThatFails_IsTriedAgainBeforeTheLeaseIsOver()
    {
        using var limiter = Limiter(Limit.ConcurrentCalls(5));
        using var lease = await limiter.AcquireAsync(1, Cancel);
        ledger.Fault = new IOException("Away.");
        time.Advance(Half);
        time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.Equal(2, ledger.Extensions);

        ledger.Fault = null;
        time.Advance(TimeSpan.FromMilliseconds(400));
        time.Advance(Half - TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, await inner.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task Hold_ThatTheStoreDoesNotKnow_IsNotExtendedAgain()
    {
        using var limiter = Limiter(Limit.ConcurrentCalls(5));
        using var lease = await limiter.AcquireAsync(1, Cancel);
        Assert.True(lease.TryGetMetadata(LedgerMetadata.Hold, out var hold));
        await inner.ReleaseAsync(hold!.Hold.Id, Cancel);

        for (var i = 0; i < 3; i++) time.Advance(Half);

        Assert.Equal(1, ledger.Extensions);
    }

    [Fact]
    public async Task Lease_ThatIsLost_EndsAndLeavesTheLimiterIdle()
    {
        using var limiter = Limiter(Limit.Requests(10).PerDay());
        Lose(limiter);
        GC.Collect();

        time.Advance(Half);
        Assert.Equal(TimeSpan.Zero, limiter.IdleDuration);
        Assert.Equal(1, await inner.CountHoldsAsync(Cancel));
        time.Advance(Half);

        Assert.Equal(0, await inner.CountHoldsAsync(Cancel));
        Assert.Equal(1, Assert.Single(await inner.ReadAsync([Limit.Requests(10).PerDay()], Cancel)).Spent);
        Assert.Equal(0, ledger.Extensions);
    }

    // A frame of its own, so that nothing refers to the lease once it is left.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Lose(LedgerRateLimiter limiter) => Assert.True(limiter.AcquireAsync(1, Cancel).AsTask().GetAwaiter().GetResult().IsAcquired);

    private LedgerRateLimiter Limiter(Limit limit) => new(ledger, new LedgerRateLimiterOptions { Time = time, Limits = { limit } });
}
