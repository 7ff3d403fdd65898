using CsCheck;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Tests.Limits;

/// <summary>What <see cref="LedgerWaitingContract"/> does not say of every store.</summary>
public sealed class WaitingLedgerTests
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();
    private static readonly Limit Calls = Limit.ConcurrentCalls(1);
    private readonly ArmedTime time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly WaitingLedger ledger;

    public WaitingLedgerTests() => ledger = new WaitingLedger(new InMemoryLedger(time), time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private DateTimeOffset Late => time.GetUtcNow() + TimeSpan.FromDays(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Hold_BehindOpenHoldsAlone_WaitsThoughTheWindowEndsAfterTheDeadline(bool rolls)
    {
        var limit = rolls ? Limit.Tokens(100).PerHour() : Day;
        await ledger.HoldAsync(Request("spent", [limit], 30), Cancellation);
        await ledger.SettleAsync("spent", Tokens(30), Cancellation);
        await ledger.HoldAsync(Request("open", [limit], 20), Cancellation);
        var waiting = ledger.HoldOrWaitAsync(Request("b", [limit], 60), time.GetUtcNow() + TimeSpan.FromSeconds(5), Cancellation).AsTask();
        Assert.False(waiting.IsCompleted);

        await ledger.ReleaseAsync("open", Cancellation);

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
    }

    [Fact]
    public async Task Hold_ThatWhatIsSpentLeavesNoRoomFor_IsDeniedAtOnce()
    {
        await HoldOrWaitAsync("a", 60);
        await ledger.SettleAsync("a", Tokens(60), Cancellation);
        await HoldOrWaitAsync("open", 30);

        Assert.Equal(HoldOutcome.Denied, (await ledger.HoldOrWaitAsync(Request("b", [Day], 60), time.GetUtcNow() + TimeSpan.FromSeconds(5), Cancellation)).Outcome);
        Assert.Equal(0, ledger.Waiting);
    }

    [Fact]
    public async Task Waiters_WithLittleTime_DoNotStarveTheFirst()
    {
        await ledger.HoldAsync(Request("open", [Day], 80), Cancellation);
        var big = ledger.HoldOrWaitAsync(Request("big", [Day], 30), Late, Cancellation).AsTask();
        var small = Enumerable.Range(0, 3).Select(i => ledger.HoldOrWaitAsync(Request($"small{i}", [Day], 9), time.GetUtcNow() + TimeSpan.FromSeconds(1), Cancellation).AsTask()).ToArray();

        await time.PassUntilAsync(Task.WhenAll(small), TimeSpan.FromMilliseconds(500), big);
        foreach (var one in small)
        {
            Assert.Equal(HoldOutcome.Denied, (await one).Outcome);
            Assert.Equal((9, 80), ((await one).Denials[0].Asked, (await one).Denials[0].Held));
        }

        await ledger.SettleAsync("open", Tokens(70), Cancellation);
        Assert.Equal(HoldOutcome.Held, (await big).Outcome);
    }

    [Fact]
    public async Task Waiter_OfTwoFullLimits_StandsAtTheOneThatFreesLast()
    {
        var minute = Limit.Requests(1).PerMinute();
        await ledger.HoldAsync(Request("a", [Day, minute], 100), Cancellation);
        await ledger.SettleAsync("a", Tokens(100), Cancellation);
        var both = ledger.HoldOrWaitAsync(Request("both", [Day, minute], 10), Late, Cancellation).AsTask();

        // The minute frees long before the day: whoever needs only that passes the one who waits for both.
        var onlyMinute = ledger.HoldOrWaitAsync(Request("minute", [minute], 10), Late, Cancellation).AsTask();
        await time.PassUntilAsync(onlyMinute, TimeSpan.FromSeconds(10), both);

        Assert.Equal(HoldOutcome.Held, (await onlyMinute).Outcome);
        Assert.False(both.IsCompleted);
        await time.PassUntilAsync(both, TimeSpan.FromHours(1));
    }

    [Fact]
    public void Of_OneLedger_IsTheSameForEverybody()
    {
        var (one, other) = (new InMemoryLedger(time), new InMemoryLedger(time));

        var shared = WaitingLedger.Of(one, time);

        Assert.Same(shared, WaitingLedger.Of(one, TimeProvider.System));
        Assert.Same(shared, WaitingLedger.Of(shared, time));
        Assert.NotSame(shared, WaitingLedger.Of(other, time));
    }

    [Fact]
    public void Callers_OfAnyMix_AreAllServedAndNeverAboveTheCap() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 3], Gen.Bool).Array[1, 40].Sample(
            callers => PlayAsync(callers).GetAwaiter().GetResult(), iter: 60);

    // Each caller holds for a while and gives back a part; with the calendar everybody's turn comes.
    private static async Task PlayAsync((int Asked, int Limits, bool Releases)[] callers)
    {
        var time = new ArmedTime(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var ledger = new WaitingLedger(new InMemoryLedger(time), time);
        Limit[][] choices = [[Day], [Day, Calls], [Limit.Tokens(120).PerHour()], [Day, Limit.Tokens(120).PerHour(), Calls]];
        var all = callers.Select(async (caller, i) =>
        {
            await Task.Yield();
            var id = FormattableString.Invariant($"{i}");
            var result = await ledger.HoldOrWaitAsync(Request(id, choices[caller.Limits], caller.Asked), DateTimeOffset.MaxValue, CancellationToken.None);
            Assert.Equal(HoldOutcome.Held, result.Outcome);
            await Task.Delay(TimeSpan.FromSeconds(20), time);
            if (caller.Releases) await ledger.ReleaseAsync(id, CancellationToken.None);
            else await ledger.SettleAsync(id, Tokens(caller.Asked), CancellationToken.None);
        }).ToArray();

        var done = Task.WhenAll(all);
        for (var step = 0; !done.IsCompleted; step++)
        {
            Assert.True(step < 100_000, "Somebody waits for ever.");
            var state = (await ledger.ReadAsync([Day], CancellationToken.None))[0];
            Assert.True(state.Spent + state.Held <= Day.Cap);
            await time.PassAsync(TimeSpan.FromMinutes(5), all);
        }

        await done;
        Assert.Equal(0, ledger.Waiting);
        Assert.Equal(0, await ledger.CountHoldsAsync(CancellationToken.None));
    }

    private static Amounts Tokens(long tokens) => new(tokens, 0, NanoUsd.Zero);

    private static HoldRequest Request(string id, Limit[] limits, long tokens) => new(id, limits, Tokens(tokens), TimeSpan.FromMinutes(15));

    private Task<HoldResult> HoldOrWaitAsync(string id, long tokens) => ledger.HoldOrWaitAsync(Request(id, [Day], tokens), Late, Cancellation).AsTask();
}
