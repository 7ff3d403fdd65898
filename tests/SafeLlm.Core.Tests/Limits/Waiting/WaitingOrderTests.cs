using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Tests.Limits;

/// <summary>Callers with several limits each, and others that come behind them without end.</summary>
public sealed class WaitingOrderTests
{
    private const int Rounds = 20;
    private static readonly TimeSpan Never = TimeSpan.FromDays(30);
    private static readonly Limit App = Limit.Tokens(100).PerDay();
    private static readonly Limit X = Limit.ConcurrentCalls(1).For("x");
    private static readonly Limit Y = Limit.ConcurrentCalls(1).For("y");
    private static readonly Limit Z = Limit.ConcurrentCalls(1).For("z");
    private readonly ArmedTime time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly PausedLedger answers;
    private readonly WaitingLedger ledger;

    public WaitingOrderTests()
    {
        answers = new PausedLedger(new InMemoryLedger(time));
        ledger = new WaitingLedger(answers, time);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waiter_AtALimitThatAllNeed_IsServedBeforeEndlessStreamsOfLaterCallers()
    {
        CallerStream[] streams = [StreamOf("a", 50, Limit.ConcurrentCalls(1).For("user:a"), App), StreamOf("b", 50, Limit.ConcurrentCalls(1).For("user:b"), App)];
        foreach (var stream in streams)
        {
            stream.Add();
            Assert.True(await stream.GoesOnAsync());

            // Two at a time, so that one still stands at the limit of their own when the other has gone.
            stream.Add();
        }

        var waiter = WaitAsync("w", 60, App);
        for (var round = 0; !waiter.IsCompleted; round++)
        {
            Assert.True(round < Rounds, "It waits for ever.");
            var stream = streams[round % streams.Length];
            await stream.GiveBackAsync(Cancellation);
            await QuietAsync([waiter, .. streams.SelectMany(one => one.Waiting)]);
            await stream.GoesOnAsync();
        }

        Assert.Equal(HoldOutcome.Held, (await waiter).Outcome);

        // And those who had to stand behind it go on.
        await ledger.ReleaseAsync("w", Cancellation);
        await QuietAsync([.. streams.SelectMany(one => one.Waiting)]);
        foreach (var stream in streams) Assert.True(await stream.GoesOnAsync());
    }

    [Fact]
    public async Task Waiter_ThatGoesToAnotherLimit_StandsBeforeThoseWhoCameLater()
    {
        await TakeAsync("x0", X);
        var stream = StreamOf("y", 1, Y);
        stream.Add();
        Assert.True(await stream.GoesOnAsync());
        stream.Add();
        var waiter = WaitAsync("w", 1, X, Y);

        // Its second limit is let go of before the first is taken anew; behind two at a time it would always be too late.
        for (var round = 0; !waiter.IsCompleted; round++)
        {
            Assert.True(round < Rounds, "It waits for ever.");
            await ledger.ReleaseAsync($"x{round}", Cancellation);
            await QuietAsync([waiter, .. stream.Waiting]);
            for (var i = 0; i < 2 && !waiter.IsCompleted; i++) await NextAsync();
            if (waiter.IsCompleted) break;
            await TakeAsync($"x{round + 1}", X);
            await NextAsync();
        }

        Assert.Equal(HoldOutcome.Held, (await waiter).Outcome);

        async Task NextAsync()
        {
            await stream.GiveBackAsync(Cancellation);
            await QuietAsync([waiter, .. stream.Waiting]);
            Assert.True(waiter.IsCompleted || await stream.GoesOnAsync());
        }
    }

    [Fact]
    public async Task Waiter_BehindAnEarlierOneAtAnotherLimit_HoldsUpNobodyMeanwhile()
    {
        await TakeAsync("z", Z);
        var early = WaitAsync("early", 1, X, Z);
        await TakeAsync("x", X);
        await TakeAsync("y", Y);
        var late = WaitAsync("late", 1, Y, X);
        var only = WaitAsync("only", 1, Y);
        await ledger.ReleaseAsync("z", Cancellation);
        await QuietAsync(early, late, only);
        var asked = answers.Answered("late");

        await ledger.ReleaseAsync("y", Cancellation);
        await QuietAsync(early, late, only);

        Assert.Equal(HoldOutcome.Held, (await only).Outcome);
        Assert.Equal(asked, answers.Answered("late"));
        await ledger.ReleaseAsync("x", Cancellation);
        Assert.Equal(HoldOutcome.Held, (await early).Outcome);
        await ledger.ReleaseAsync("early", Cancellation);
        await ledger.ReleaseAsync("only", Cancellation);
        Assert.Equal(HoldOutcome.Held, (await late).Outcome);
        Assert.Equal(0, ledger.Waiting);
    }

    [Fact]
    public async Task Waiter_PastItsDeadlineBehindAnEarlierOneAtAnotherLimit_IsDeniedThoughThereIsRoom()
    {
        await TakeAsync("a", App);
        var early = WaitAsync("early", 100, App);
        var late = ledger.HoldOrWaitAsync(Request("late", 10, X, App), time.GetUtcNow() + TimeSpan.FromSeconds(10), Cancellation).AsTask();

        await time.PassUntilAsync(late, TimeSpan.FromSeconds(5), early);

        Assert.Equal((HoldOutcome.Denied, App), ((await late).Outcome, Assert.Single((await late).Denials).Limit));
        await ledger.ReleaseAsync("a", Cancellation);
        Assert.Equal(HoldOutcome.Held, (await early).Outcome);
    }

    [Fact]
    public async Task Waiter_ThatAnEarlierOnePassesWhileItAsks_MissesNothingThatIsGivenBackMeanwhile()
    {
        // Nobody looks: only what is given back wakes.
        var sleeping = new WaitingLedger(answers, time) { LookInterval = Never };
        await TakeAsync("x", X);
        using var gone = new CancellationTokenSource();
        var first = sleeping.HoldOrWaitAsync(Request("first", 1, X), DateTimeOffset.MaxValue, gone.Token).AsTask();
        var early = WaitAsync(sleeping, "early", X, Y);
        await TakeAsync("y", Y);
        await TakeAsync("z", Z);
        var late = WaitAsync(sleeping, "late", Y, Z);

        // It is told that its second limit is full, and is not yet back when the earlier one goes before it at the first; what another
        // process gives back there wakes nobody here.
        var asked = answers.Answered("late");
        var pause = answers.Pause("late");
        await sleeping.ReleaseAsync("y", Cancellation);
        await answers.AnsweredAsync("late", asked + 1);
        await TakeAsync("y2", Y);
        asked = answers.Answered("early");
        await answers.ReleaseAsync("x", Cancellation);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await answers.AnsweredAsync("early", asked + 1);
        await time.PassAsync(TimeSpan.FromTicks(1), early);

        await sleeping.ReleaseAsync("z", Cancellation);
        pause.SetResult();
        await time.PassAsync(TimeSpan.FromTicks(1), early, late);

        // It stands behind the earlier one, and not before a limit that has room.
        var only = WaitAsync(sleeping, "only", Z);
        Assert.True(only.IsCompletedSuccessfully, "It waits for ever.");
        Assert.Equal(HoldOutcome.Held, (await only).Outcome);
        await sleeping.ReleaseAsync("only", Cancellation);
        await sleeping.ReleaseAsync("y2", Cancellation);
        Assert.Equal(HoldOutcome.Held, (await early).Outcome);
        await sleeping.ReleaseAsync("early", Cancellation);
        Assert.Equal(HoldOutcome.Held, (await late).Outcome);
    }

    private static HoldRequest Request(string id, long tokens, params Limit[] limits) => new(id, limits, new Amounts(tokens, 0, NanoUsd.Zero), TimeSpan.FromHours(24));

    private static Task<HoldResult> WaitAsync(WaitingLedger ledger, string id, params Limit[] limits) =>
        ledger.HoldOrWaitAsync(Request(id, 1, limits), DateTimeOffset.MaxValue, Cancellation).AsTask();

    private Task<HoldResult> WaitAsync(string id, long tokens, params Limit[] limits) =>
        ledger.HoldOrWaitAsync(Request(id, tokens, limits), DateTimeOffset.MaxValue, Cancellation).AsTask();

    // Without a place in a queue.
    private async Task TakeAsync(string id, Limit limit) =>
        Assert.Equal(HoldOutcome.Held, (await ledger.HoldAsync(Request(id, 60, limit), Cancellation)).Outcome);

    private CallerStream StreamOf(string name, long tokens, params Limit[] limits) => new(ledger, name, id => WaitAsync(id, tokens, limits));

    // Every look has the first of each limit ask: after some nothing changes any more.
    private async Task QuietAsync(params Task[] waiting)
    {
        for (var look = 0; look < 6; look++) await time.PassAsync(TimeSpan.FromSeconds(1), waiting);
    }
}
