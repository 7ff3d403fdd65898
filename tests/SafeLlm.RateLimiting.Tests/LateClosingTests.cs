using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;

namespace SafeLlm.RateLimiting.Tests;

/// <summary>What a lease came to where the store does not take it at once.</summary>
public sealed class LateClosingTests : IDisposable
{
    private static readonly Limit Requests = Limit.Requests(10).PerDay();
    private static readonly TimeSpan Hiccup = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly InMemoryLedger inner;
    private readonly FaultyLedger ledger;

    public LateClosingTests()
    {
        inner = new InMemoryLedger(time);
        ledger = new FaultyLedger(inner);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => ledger.Dispose();

    [Fact]
    public async Task Leases_DisposedInAHiccup_AreSettledAtWhatWasUsedOnceItIsOver()
    {
        using var limiter = Limiter(ledger);
        var (one, two) = (await limiter.AcquireAsync(3, Cancel), await limiter.AcquireAsync(2, Cancel));
        Assert.True(one.TryGetMetadata(LedgerMetadata.Hold, out var hold));
        hold!.UseNothing();
        ledger.Fault = new IOException("Away.");
        one.Dispose();
        two.Dispose();
        Assert.Equal((0, 5), await StateAsync());

        ledger.Fault = null;
        time.Advance(Hiccup);
        for (var i = 0; i < 2; i++) await AssertClosedAsync(ledger);

        Assert.Equal((2, 0), await StateAsync());
        Assert.False(failed.Task.IsCompleted);
    }

    [Fact]
    public async Task Lease_ThatTheStoreRefusesAgain_IsTriedUntilItIsTaken()
    {
        using var limiter = Limiter(ledger);
        ledger.Fault = new IOException("Away.");
        (await limiter.AcquireAsync(1, Cancel)).Dispose();
        for (var i = 0; i < 10; i++) time.Advance(Hiccup);

        ledger.Fault = null;
        await PassUntilClosedAsync();

        Assert.Equal((1, 0), await StateAsync());
        Assert.False(failed.Task.IsCompleted);
    }

    [Fact]
    public async Task Hold_WhoseAnswerAndWhoseReleaseAreLost_IsGivenBackOnceTheStoreAnswers()
    {
        using var losing = new FaultyLedger(inner) { LosesHolds = true, Fault = new IOException("Away.") };
        using var limiter = Limiter(losing);
        await Assert.ThrowsAsync<IOException>(async () => await limiter.AcquireAsync(1, Cancel));
        Assert.Equal((0, 1), await StateAsync());

        losing.Fault = null;
        time.Advance(Hiccup);
        await AssertClosedAsync(losing);

        Assert.Equal((0, 0), await StateAsync());
    }

    [Fact]
    public async Task Failed_IsCalled_OnceTheLeaseIsOverAndAWhileBeyond()
    {
        using var limiter = Limiter(ledger);
        ledger.Fault = new IOException("Away.");
        (await limiter.AcquireAsync(1, Cancel)).Dispose();
        Assert.False(failed.Task.IsCompleted);

        time.Advance(TimeSpan.FromMinutes(10));

        Assert.Same(ledger.Fault, await failed.Task.WaitAsync(Patience, Cancel));
        Assert.Equal((1, 0), await StateAsync());
    }

    [Fact]
    public async Task Failed_IsCalledAtOnce_WhereTheLedgerIsDisposed()
    {
        using var limiter = Limiter(ledger);
        ledger.Fault = new ObjectDisposedException("ledger");

        (await limiter.AcquireAsync(1, Cancel)).Dispose();

        Assert.Same(ledger.Fault, await failed.Task.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task Failed_ThatThrows_KeepsNoOtherFromBeingClosed()
    {
        using var limiter = Limiter(ledger, _ => throw new InvalidOperationException("Nobody catches this."));
        var (one, two) = (await limiter.AcquireAsync(1, Cancel), await limiter.AcquireAsync(1, Cancel));
        ledger.Fault = new IOException("Away.");
        one.Dispose();
        time.Advance(TimeSpan.FromMinutes(3));
        two.Dispose();
        time.Advance(TimeSpan.FromMinutes(7));

        ledger.Fault = null;
        await PassUntilClosedAsync();

        Assert.Equal(0, await inner.CountHoldsAsync(Cancel));
    }

    private LedgerRateLimiter Limiter(ILedger used, Action<Exception>? onFailed = null) =>
        new(used, new LedgerRateLimiterOptions { Time = time, Limits = { Requests }, Failed = onFailed ?? failed.SetResult });

    private static async Task AssertClosedAsync(FaultyLedger ledger) => Assert.True(await ledger.Closed.WaitAsync(Patience, Cancel));

    private async Task PassUntilClosedAsync()
    {
        var left = 240;
        while (!await ledger.Closed.WaitAsync(TimeSpan.FromMilliseconds(20), Cancel))
        {
            Assert.True(left-- > 0, "It was not tried again.");
            time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private async Task<(long Spent, long Held)> StateAsync()
    {
        var state = Assert.Single(await inner.ReadAsync([Requests], Cancel));
        return (state.Spent, state.Held);
    }
}
