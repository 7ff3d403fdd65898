using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>Callers wait for room at any kind of ledger.</summary>
public abstract class LedgerWaitingContract : StoreContract
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();
    private static readonly Limit Calls = Limit.ConcurrentCalls(1);

    // That of the waits alone: timers of a store are not those of callers who wait.
    private readonly ArmedTime waits = new(Start);

    private WaitingLedger Waiting => WaitingLedger.Of(Ledger, waits);

    [Fact]
    public async Task Wait_WithRoom_IsNone()
    {
        Assert.Equal(HoldOutcome.Held, (await WaitAsync("a", 60, Day)).Outcome);
        Assert.Equal(0, Waiting.Waiting);
    }

    [Fact]
    public async Task Wait_ForMoreThanTheCap_IsDeniedAtOnce() => Assert.Equal(HoldOutcome.Denied, (await WaitAsync("a", 101, Day)).Outcome);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_UntilAnotherGivesBack_IsAHold(bool settles)
    {
        await HoldAsync("a", Day, Tokens(60));
        var waiting = WaitAsync("b", 60, Day);
        await StandingAsync(waiting);

        if (settles) await Waiting.SettleAsync("a", Tokens(10), Cancellation);
        else await Waiting.ReleaseAsync("a", Cancellation);

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
        Assert.Equal(0, Waiting.Waiting);
        await AssertStateAsync(Day, settles ? 10 : 0, 60);
    }

    [Fact]
    public async Task Wait_UntilTheWindowEnds_IsAHold()
    {
        await SpendAsync("a", Day, Tokens(60));
        var waiting = WaitAsync("b", 60, Day);

        await PassUntilAsync(waiting, TimeSpan.FromHours(1));

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
        Assert.True((await waiting).Hold!.TakenAt >= Start.AddHours(12));
    }

    [Fact]
    public async Task Wait_UntilALeaseEnds_IsFoundByLooking()
    {
        await HoldAsync("a", Calls, Tokens(1), onLeaseEnd: LeaseEnd.Release);
        var waiting = WaitAsync("b", 1, Calls);

        await PassUntilAsync(waiting, TimeSpan.FromSeconds(30));

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
    }

    [Fact]
    public async Task Wait_ForWhatIsGivenBackElsewhere_IsFoundByLooking()
    {
        await HoldAsync("a", Calls, Tokens(1));
        var waiting = WaitAsync("b", 1, Calls);
        await StandingAsync(waiting);

        // Past whoever wakes in this process, as another one does.
        await Ledger.ReleaseAsync("a", Cancellation);
        await PassUntilAsync(waiting, TimeSpan.FromMilliseconds(250));

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
        Assert.True(Time.GetUtcNow() - Start < TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Waiters_AreServedInTheOrderOfTheirArrival()
    {
        await HoldAsync("a", Day, Tokens(100));
        var big = WaitAsync("big", 90, Day);
        await StandingAsync(big);
        var small = WaitAsync("small", 5, Day);
        await StandingAsync(big, small);

        await Waiting.SettleAsync("a", Tokens(20), Cancellation);
        for (var look = 0; look < 4; look++) await PassAsync(TimeSpan.FromSeconds(1), big, small);
        Assert.False(big.IsCompleted);
        Assert.False(small.IsCompleted);

        await PassUntilAsync(big, TimeSpan.FromHours(1), small);
        await PassUntilAsync(small, TimeSpan.FromHours(1));
        Assert.True((await big).Hold!.TakenAt <= (await small).Hold!.TakenAt);
    }

    [Fact]
    public async Task Waiter_DoesNotHoldUpAnotherLimit()
    {
        await HoldAsync("a", Day, Tokens(100));
        var waiting = WaitAsync("b", 50, Day);
        await StandingAsync(waiting);

        Assert.Equal(HoldOutcome.Held, (await WaitAsync("c", 50, Day.For("user:2"))).Outcome);

        Assert.False(waiting.IsCompleted);
        await Waiting.ReleaseAsync("a", Cancellation);
        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
    }

    [Fact]
    public async Task Waiter_PastItsDeadline_IsDeniedAndHoldsNothing()
    {
        await HoldAsync("a", Day, Tokens(100));
        var waiting = Waiting.HoldOrWaitAsync(Request("b", 10, Day), Start.AddSeconds(10), Cancellation).AsTask();

        await PassUntilAsync(waiting, TimeSpan.FromSeconds(1));

        var denial = Assert.Single((await waiting).Denials);
        Assert.Equal((10, 100), (denial.Asked, denial.Held));
        Assert.Equal(0, Waiting.Waiting);
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Waiter_ThatIsCancelled_LeavesItsPlaceToTheNext()
    {
        await HoldAsync("a", Day, Tokens(100));
        using var gone = new CancellationTokenSource();
        var first = Waiting.HoldOrWaitAsync(Request("b", 10, Day), Start.AddDays(30), gone.Token).AsTask();
        await StandingAsync(first);
        var second = WaitAsync("c", 10, Day);
        await StandingAsync(first, second);

        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Waiting.ReleaseAsync("a", Cancellation);

        Assert.Equal(HoldOutcome.Held, (await second).Outcome);
        Assert.Equal(0, Waiting.Waiting);
        Assert.Equal(1, await Ledger.CountHoldsAsync(Cancellation));
    }

    private static HoldRequest Request(string id, long tokens, Limit limit) => new(id, [limit], Tokens(tokens), Lease);

    private Task<HoldResult> WaitAsync(string id, long tokens, Limit limit) => Waiting.HoldOrWaitAsync(Request(id, tokens, limit), Start.AddDays(30), Cancellation).AsTask();

    // All stand in their queues.
    private Task StandingAsync(params Task[] waiting) => waits.ArmedAsync(waiting);

    private async Task PassAsync(TimeSpan step, params Task[] waiting)
    {
        await waits.ArmedAsync(waiting);
        Time.Advance(step);
        waits.Advance(step);
    }

    private async Task PassUntilAsync(Task end, TimeSpan step, params Task[] others)
    {
        for (var i = 0; !end.IsCompleted; i++)
        {
            Assert.True(i < 1_000, "It waits for ever.");
            await PassAsync(step, [end, .. others]);
        }
    }
}
