using CsCheck;
using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

/// <summary>Callers of several nodes wait for room at one ledger.</summary>
public sealed class WaitingAcrossNodesTests : IDisposable
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();
    private static readonly Limit Calls = Limit.ConcurrentCalls(2);

    // So long that nothing but another node's word can wake.
    private static readonly TimeSpan Never = TimeSpan.FromDays(30);

    private readonly ArmedTime time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
    private readonly TestServer server;
    private readonly RedisStoreOptions options;
    private readonly WaitingNode here;
    private readonly WaitingNode there;

    public WaitingAcrossNodesTests(TestServer server)
    {
        this.server = server;
        options = server.Options(time);
        here = new WaitingNode(options, time, Never);
        there = new WaitingNode(options, time, Never);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        here.Dispose();
        there.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Waiter_IsWokenByWhatAnotherNodeGivesBack(bool settles)
    {
        await there.HoldOrWaitAsync("a", Day, 80, Cancellation);
        var waiting = here.HoldOrWaitAsync("b", Day, 60, Cancellation);
        await WaitingAsync(waiting);

        if (settles) await there.Ledger.SettleAsync("a", WaitingNode.Tokens(10), Cancellation);
        else await there.Ledger.ReleaseAsync("a", Cancellation);

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
        Assert.Equal(0, here.Ledger.Waiting);
    }

    [Fact]
    public async Task Waiters_OfSeveralNodes_AreServedOneBehindTheOtherByWhatEachGivesBack()
    {
        await there.HoldOrWaitAsync("first", Day, 100, Cancellation);
        var served = Enumerable.Range(0, 6).Select(async i =>
        {
            var node = i % 2 == 0 ? here : there;
            var id = FormattableString.Invariant($"{i}");
            Assert.Equal(HoldOutcome.Held, (await node.HoldOrWaitAsync(id, Day, 100, Cancellation)).Outcome);
            await node.Ledger.ReleaseAsync(id, Cancellation);
        }).ToArray();
        await WaitingAsync(served);

        await there.Ledger.ReleaseAsync("first", Cancellation);

        await Task.WhenAll(served);
        Assert.Equal(0, here.Ledger.Waiting + there.Ledger.Waiting);
    }

    [Fact]
    public async Task Waiters_OfTwoNodes_AreWokenByTheEndOfTheWindow()
    {
        await there.HoldOrWaitAsync("a", Day, 100, Cancellation);
        await there.Ledger.SettleAsync("a", WaitingNode.Tokens(100), Cancellation);
        Task<HoldResult>[] waiting = [here.HoldOrWaitAsync("b", Day, 50, Cancellation), there.HoldOrWaitAsync("c", Day, 50, Cancellation)];

        for (var passed = 0; !Task.WhenAll(waiting).IsCompleted; passed++)
        {
            Assert.True(passed < 48, "Both days are over.");
            await time.PassAsync(TimeSpan.FromHours(1), waiting);
        }

        Assert.All(waiting, one => Assert.Equal(HoldOutcome.Held, one.Result.Outcome));
        Assert.True((await waiting[0]).Hold!.TakenAt >= new DateTimeOffset(2026, 11, 24, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Waiter_WhoseRoomADeadNodeHolds_FindsItByLookingWhenTheLeaseEnds()
    {
        using var looking = new WaitingNode(options, time, TimeSpan.FromSeconds(1));
        var dead = new WaitingNode(options, time, Never);
        await dead.Ledger.HoldAsync(WaitingNode.Request("a", [Day], 100) with { OnLeaseEnd = LeaseEnd.Release }, Cancellation);
        dead.Dispose();
        var waiting = looking.HoldOrWaitAsync("b", Day, 100, Cancellation);

        await time.PassUntilAsync(waiting, TimeSpan.FromMinutes(5));

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
        Assert.True((await waiting).Hold!.TakenAt >= new DateTimeOffset(2026, 11, 23, 14, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task Waiter_ThatIsCancelled_LeavesNoTrace()
    {
        await there.HoldOrWaitAsync("a", Day, 100, Cancellation);
        using var gone = new CancellationTokenSource();
        var first = here.HoldOrWaitAsync("gone", Day, 10, gone.Token);
        await WaitingAsync(first);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(0, here.Ledger.Waiting);

        // On the server there is the one hold and its counter, and the word that somebody waits, which lapses.
        await using var peer = await ConnectionMultiplexer.ConnectAsync(options.Servers!);
        var database = peer.GetDatabase();
        var keys = new RedisKeys(options.Ledger);
        Assert.False(await database.KeyExistsAsync(keys.Hold(RedisKeys.HoldName("gone"))));
        Assert.NotNull(await database.KeyTimeToLiveAsync(keys.Waiting));
        Assert.Equal(1, await there.Ledger.CountHoldsAsync(Cancellation));

        // Nor does it stand in the way of who comes behind it.
        await there.Ledger.ReleaseAsync("a", Cancellation);
        Assert.Equal(HoldOutcome.Held, (await here.HoldOrWaitAsync("next", Day, 100, Cancellation)).Outcome);
    }

    [Fact]
    public void Callers_OfAnyMixOnAnyNode_AreAllServedOrGoneAndNeverAboveTheCap() =>
        Gen.Select(Gen.Int[1, 100], Gen.Int[0, 3], Gen.Bool, Gen.Int[-20, 20]).Array[1, 12].Sample(
            callers => PlayAsync(callers).GetAwaiter().GetResult(), iter: 10, threads: 1);

    [Fact]
    public async Task Processes_AtOneFullLimit_AreAllServed()
    {
        var real = server.Options();
        var nodes = Enumerable.Range(0, 3).Select(i => NodeProcess.Start("waiter", real.Servers!, real.Ledger, FormattableString.Invariant($"p{i}"), "60")).ToList();
        try
        {
            foreach (var node in nodes) Assert.Equal("60", await node.ReadLineAsync());
            using var stores = RedisStores.Open(real, TimeProvider.System);
            Assert.Equal(0, await stores.Ledger.CountHoldsAsync(Cancellation));
        }
        finally
        {
            foreach (var node in nodes) await node.DisposeAsync();
        }
    }

    // Each caller is on one of three nodes, some give up after a while (from 0 on), the others hold for a while and give back.
    private async Task PlayAsync((int Asked, int Limits, bool Releases, int GoneAfter)[] callers)
    {
        var clock = new ArmedTime(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var own = server.Options(clock);
        using var first = new WaitingNode(own, clock, TimeSpan.FromMinutes(1));
        using var second = new WaitingNode(own, clock, TimeSpan.FromMinutes(1));
        using var third = new WaitingNode(own, clock, Never);
        WaitingNode[] nodes = [first, second, third];
        Limit[][] choices = [[Day], [Day, Calls], [Limit.Tokens(120).PerHour()], [Day, Limit.Tokens(120).PerHour(), Calls]];
        var leaving = callers.Select(_ => new CancellationTokenSource()).ToArray();
        var all = callers.Select(async (caller, i) =>
        {
            var id = FormattableString.Invariant($"{i}");
            var ledger = nodes[i % nodes.Length].Ledger;
            try
            {
                var result = await ledger.HoldOrWaitAsync(WaitingNode.Request(id, choices[caller.Limits], caller.Asked), DateTimeOffset.MaxValue, leaving[i].Token);
                Assert.Equal(HoldOutcome.Held, result.Outcome);
            }
            catch (OperationCanceledException) when (caller.GoneAfter >= 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(20), clock, CancellationToken.None);
            if (caller.Releases) await ledger.ReleaseAsync(id, CancellationToken.None);
            else await ledger.SettleAsync(id, WaitingNode.Tokens(caller.Asked), CancellationToken.None);
        }).ToArray();

        var done = Task.WhenAll(all);
        for (var step = 0; !done.IsCompleted; step++)
        {
            // Each waits for a day at most for every other, and a step is an hour.
            Assert.True(step < 24 * 14, "Somebody waits for ever.");
            for (var i = 0; i < callers.Length; i++)
            {
                if (callers[i].GoneAfter == step) await leaving[i].CancelAsync();
            }

            var state = (await first.Ledger.ReadAsync([Day], CancellationToken.None))[0];
            Assert.True(state.Spent + state.Held <= Day.Cap);
            await clock.PassAsync(TimeSpan.FromHours(1), all);
        }

        await done;
        foreach (var one in leaving) one.Dispose();
        Assert.Equal(0, nodes.Sum(node => node.Ledger.Waiting));
        Assert.Equal(0, await first.Ledger.CountHoldsAsync(CancellationToken.None));
        Assert.Equal(0, (await first.Ledger.ReadAsync([Day, Calls], CancellationToken.None)).Sum(state => state.Held));
    }

    // All stand in their queues, and the first of each has told the server that it listens.
    private Task WaitingAsync(params Task[] waiting) => time.PassAsync(TimeSpan.FromTicks(1), waiting);
}
