using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>The way to the server loses, delays and resets. Whatever happens: never above a cap, no settle lost, no second meaning.</summary>
public sealed class BrokenWayTests(TestServer server)
{
    private static readonly Limit Day = Limit.Tokens(100).PerDay();

    private const int Breaks = 30;
    private const int AnsweredBetween = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hold_WhoseAnswerIsLost_IsOneHoldWhenItIsAskedAgain()
    {
        await using var way = new Way(server);

        await way.LoseAnswerAsync(() => way.HoldAsync("a", 60));
        Assert.Equal(60, (await way.StateAsync(Day)).Held);

        Assert.Equal(HoldOutcome.Held, (await Until.AnsweredAsync(() => way.HoldAsync("a", 60))).Outcome);
        Assert.Equal(60, (await way.StateAsync(Day)).Held);
        Assert.Equal(1, await way.Direct.Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Settle_WhoseAnswerIsLost_IsOneSettleWhenItIsAskedAgain()
    {
        await using var way = new Way(server);
        await way.HoldAsync("a", 60);

        await way.LoseAnswerAsync(() => way.SettleAsync("a", 50));
        Assert.True((await Until.AnsweredAsync(() => way.SettleAsync("a", 50))).Found);

        var state = await way.StateAsync(Day);
        Assert.Equal((50, 0), (state.Spent, state.Held));
    }

    [Fact]
    public async Task Hold_ThatWasGivenUp_IsRefusedWhenItArrivesLate()
    {
        await using var way = new Way(server);

        // Its owner heard nothing and gave it up; the request itself was still on the way.
        Assert.False(await way.Direct.Ledger.ReleaseAsync("late", Cancellation));

        Assert.Equal(HoldOutcome.Closed, (await way.HoldAsync("late", 60)).Outcome);
        Assert.Equal(0, (await way.StateAsync(Day)).Held);
    }

    [Fact]
    public async Task Nonce_WhoseClaimIsNotHeardOf_IsNeverTakenForAReplayOfItsOwn()
    {
        await using var way = new Way(server);
        var nonce = new Signing.NonceClaim("k1", "nonce-nonce-nonce", DateTimeOffset.UtcNow.AddMinutes(5));
        var request = new HoldRequest("a", [Day], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(1)) { Nonce = nonce };

        // Outcome unknown: an exception, which the verifier answers by 503, and neither "held" nor "replayed".
        await way.LoseAnswerAsync(() => way.Stores.Ledger.HoldAsync(request, Cancellation).AsTask());
        Assert.Equal(HoldOutcome.Replayed, (await Until.AnsweredAsync(() => way.Stores.Ledger.HoldAsync(request, Cancellation).AsTask())).Outcome);
    }

    [Fact]
    public async Task Answer_ThatComesTooLate_IsNotTakenForThatOfTheNextQuestion()
    {
        await using var way = new Way(server);
        await way.HoldAsync("a", 60);

        way.Proxy.Delay(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<RedisStoreException>(() => way.HoldAsync("late", 30));
        way.Proxy.Delay(TimeSpan.Zero);

        Assert.Equal(HoldOutcome.Denied, (await Until.AnsweredAsync(() => way.HoldAsync("b", 41))).Outcome);
        Assert.Equal(HoldOutcome.Held, (await Until.AnsweredAsync(() => way.HoldAsync("late", 30))).Outcome);
        Assert.Equal(90, (await way.StateAsync(Day)).Held);
        Assert.Equal(2, await way.Direct.Ledger.CountHoldsAsync(Cancellation));
    }

    [Fact]
    public async Task Requests_ThatArriveTwice_CountOnce()
    {
        await using var way = new Way(server);
        await way.DoubleAsync();

        for (var i = 0; i < 10; i++)
        {
            var id = FormattableString.Invariant($"call.{i}");
            Assert.Equal(HoldOutcome.Held, (await Until.AnsweredAsync(() => way.HoldAsync(id, 10))).Outcome);
            Assert.True((await Until.AnsweredAsync(() => way.SettleAsync(id, 7))).Found);
        }

        Assert.True(way.Proxy.Doubled > 0, "Nothing arrived twice.");
        await Until.HoldsAsync(async () => await way.StateAsync(Day) is { Spent: 70, Held: 0 });
    }

    [Fact]
    public async Task Nonce_WhoseClaimArrivesTwice_LetsOneHoldInAtMost()
    {
        await using var way = new Way(server);
        await way.DoubleAsync();
        // By the machine's clock: the server, which keeps the nonce until then, has no other.
        var nonce = new Signing.NonceClaim("k1", "nonce-nonce-twice", DateTimeOffset.UtcNow.AddMinutes(5));
        var request = new HoldRequest("a", [Day], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(1)) { Nonce = nonce };

        // Where its double was there first, the one that is heard of is the replay: refused, and never held twice.
        var outcome = (await way.Stores.Ledger.HoldAsync(request, Cancellation)).Outcome;

        Assert.Contains(outcome, new[] { HoldOutcome.Held, HoldOutcome.Replayed });
        Assert.Equal(10, (await way.StateAsync(Day)).Held);
        Assert.Equal(HoldOutcome.Replayed, (await way.Direct.Ledger.HoldAsync(request, Cancellation)).Outcome);
    }

    [Fact]
    public async Task Callers_OverAWayThatBreaksAllTheTime_NeverPassTheCapAndLoseNoSettle()
    {
        await using var way = new Way(server);
        var limit = Limit.Tokens(2_000).PerDay().For("storm");
        using var calm = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var (settled, answered) = (0L, 0L);
        var storm = StormAsync(way, () => Interlocked.Read(ref answered), calm.Token);
        var spender = Enumerable.Range(0, 8).Select(async caller =>
        {
            for (var i = 0; i < 40; i++)
            {
                var id = $"{caller}.{i}";
                var result = await Until.AnsweredAsync(() => way.Stores.Ledger.HoldAsync(new HoldRequest(id, [limit], new Amounts(10, 0, NanoUsd.Zero), TimeSpan.FromMinutes(10)), Cancellation).AsTask());
                Interlocked.Increment(ref answered);
                if (result.Outcome != HoldOutcome.Held) continue;
                Assert.True((await Until.AnsweredAsync(() => way.SettleAsync(id, 8))).Found);
                Interlocked.Add(ref settled, 8);
            }
        }).ToList();

        var all = Task.WhenAll(spender);
        while (!all.IsCompleted)
        {
            var look = await way.StateAsync(limit);
            Assert.True(look.Spent + look.Held <= limit.Cap);
        }

        await all;
        await calm.CancelAsync();
        await storm;
        var state = await way.StateAsync(limit);
        Assert.Equal((settled, 0), (state.Spent, state.Held));
        Assert.InRange(state.Spent, limit.Cap - 10, limit.Cap);
        Assert.True(way.Proxy.Connections > 2, "Nothing was broken.");
    }

    // After each break some are answered, however slow the machine is: a storm without a pause would only show that nothing goes on in it.
    private static async Task StormAsync(Way way, Func<long> answered, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Breaks && !cancellationToken.IsCancellationRequested; i++)
        {
            way.Proxy.SwallowAnswers(i % 3 == 0);
            way.Proxy.SwallowRequests(i % 5 == 0);
            await Task.Delay(40, CancellationToken.None);
            way.Proxy.SwallowAnswers(false);
            way.Proxy.SwallowRequests(false);
            way.Proxy.Reset();
            var before = answered();
            await Until.HoldsAsync(() => Task.FromResult(answered() >= before + AnsweredBetween || cancellationToken.IsCancellationRequested));
        }
    }
}
