using Microsoft.Extensions.Time.Testing;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using StackExchange.Redis;

namespace SafeLlm.Redis.Tests;

/// <summary>Holds that go together come to what they come to one by one.</summary>
public sealed class RedisHoldsTogetherTests(TestServer server) : IDisposable
{
    private const int Calls = 24;
    private const int Alone = 2;

    private static readonly Limit[] All =
    [
        Limit.Requests(1_000_000).PerMinute().For("key:k1"),
        Limit.Tokens(1_000_000_000).PerHour().For("key:k1"),
        Limit.Dollars(1_000_000).PerDay().For("user:u1"),
        Limit.Tokens(1_000_000_000).PerDay(),
        Limit.ConcurrentCalls(10_000).For("tenant:t1"),
    ];

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly List<RedisLedger> ledgers = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var ledger in ledgers) ledger.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Holds_Together_ComeToWhatTheyComeToOneByOne(int seed)
    {
        var random = new Random(seed);
        var way = new HeldBack();
        var (together, alone) = (Open(way), Open(new HeldBack()));
        await Task.WhenAll(together.HoldAsync(Hold("first", All, 1, lease: TimeSpan.FromHours(20)), Cancellation).AsTask(), alone.HoldAsync(Hold("first", All, 1, lease: TimeSpan.FromHours(20)), Cancellation).AsTask());
        var open = new List<string>();
        for (var round = 0; round < 6; round++)
        {
            // Some windows turn, some buckets leave, and the day stays.
            time.Advance(TimeSpan.FromSeconds(random.Next(1, 900)));
            var requests = Enumerable.Range(0, Calls).Select(i => Any(random, round, i)).ToArray();
            way.Scripts = 0;
            var results = await way.TogetherAsync(Calls, i => together.HoldAsync(requests[i], Cancellation));
            Assert.InRange(way.Scripts, 3, Calls - 1);
            for (var i = 0; i < Calls; i++)
            {
                var result = await alone.HoldAsync(requests[i], Cancellation);
                Assert.Equal(result.Outcome, results[i].Outcome);
                Assert.Equal(result.Hold, results[i].Hold);
                if (result.Outcome == HoldOutcome.Held) open.Add(requests[i].OperationId);
            }

            Assert.Equal(await alone.ReadAsync(All, Cancellation), await together.ReadAsync(All, Cancellation));
        }

        Assert.Equal(await alone.CountHoldsAsync(Cancellation), await together.CountHoldsAsync(Cancellation));
        foreach (var id in open.Distinct())
        {
            var used = new Amounts(random.Next(50), random.Next(50), new NanoUsd(random.Next(50)));
            Assert.Equal(await alone.SettleAsync(id, used, Cancellation), await together.SettleAsync(id, used, Cancellation));
        }

        Assert.Equal(await alone.ReadAsync(All, Cancellation), await together.ReadAsync(All, Cancellation));
    }

    [Fact]
    public async Task Holds_TogetherAtACap_NeverPassIt()
    {
        var way = new HeldBack();
        var ledger = Open(way);
        var limit = Limit.Tokens(100).PerHour();
        await ledger.HoldAsync(Hold("first", [limit], 10), Cancellation);

        var results = await way.TogetherAsync(20, i => ledger.HoldAsync(Hold($"call{i}", [limit], 10), Cancellation));

        Assert.Equal(9, results.Count(result => result.Outcome == HoldOutcome.Held));
        Assert.Equal(11, results.Count(result => result is { Outcome: HoldOutcome.Denied, Denials: [{ Held: 100 }] }));
        Assert.Equal(100, (await ledger.ReadAsync([limit], Cancellation))[0].Held);
    }

    [Fact]
    public async Task Nonce_SentManyTimesTogether_IsClaimedOnce()
    {
        var way = new HeldBack();
        var ledger = Open(way);
        await ledger.HoldAsync(Hold("first", All, 1, "nonce-of-the-first"), Cancellation);

        var results = await way.TogetherAsync(20, i => ledger.HoldAsync(Hold($"call{i}", All, 1, "nonce-of-them-all"), Cancellation));

        Assert.Single(results, result => result.Outcome == HoldOutcome.Held);
        Assert.Equal(19, results.Count(result => result.Outcome == HoldOutcome.Replayed));
        Assert.Equal(2, (await ledger.ReadAsync(All, Cancellation))[0].Held);
    }

    /// <summary>What is out of the common is asked once more by itself: before, not behind, what came later with its nonce.</summary>
    [Fact]
    public async Task Nonce_OfAHoldThatHasToBeAskedAlone_IsStillItsOwn()
    {
        var way = new HeldBack();
        var ledger = Open(way);
        await ledger.HoldAsync(Hold("first", All, 1, "nonce-of-the-first"), Cancellation);
        Limit[] unknown = [Limit.Tokens(1_000).PerHour().For("key:unknown")];

        var results = await way.TogetherAsync(4, i => ledger.HoldAsync(Hold($"call{i}", i == 2 ? unknown : All, 1, $"nonce-of-number-{Math.Min(i, 2):D4}"), Cancellation));

        Assert.Equal([HoldOutcome.Held, HoldOutcome.Held, HoldOutcome.Held, HoldOutcome.Replayed], results.Select(result => result.Outcome));
    }

    [Fact]
    public async Task Nonces_TogetherAtTheMostOfAKey_AreRefusedAboveIt()
    {
        var way = new HeldBack();
        var options = server.Options(time);
        options.MaxNoncesPerKey = 10;
        var ledger = Open(way, options);
        await ledger.HoldAsync(Hold("first", All, 1, "nonce-of-the-first"), Cancellation);

        var results = await way.TogetherAsync(20, i => ledger.HoldAsync(Hold($"call{i}", All, 1, $"nonce-of-number-{i:D4}"), Cancellation));

        Assert.Equal(9, results.Count(result => result.Outcome == HoldOutcome.Held));
        Assert.Equal(11, results.Count(result => result.Outcome == HoldOutcome.ReplayCapacity));
    }

    [Fact]
    public async Task Leases_ThatHaveEnded_AreChargedBeforeHoldsTogether()
    {
        var way = new HeldBack();
        var ledger = Open(way);
        var limit = Limit.Tokens(100).PerDay();
        await ledger.HoldAsync(Hold("first", [limit], 60), Cancellation);
        time.Advance(TimeSpan.FromMinutes(10));

        var results = await way.TogetherAsync(10, i => ledger.HoldAsync(Hold($"call{i}", [limit], 10), Cancellation));

        Assert.Equal(4, results.Count(result => result.Outcome == HoldOutcome.Held));
        var state = (await ledger.ReadAsync([limit], Cancellation))[0];
        Assert.Equal((60, 40), (state.Spent, state.Held));
    }

    /// <summary>The record is what ends the lease: were it gone before, what it holds would stay taken for as long as the counters live.</summary>
    [Fact]
    public async Task Records_OfOpenHolds_LiveAsLongAsTheirCounters()
    {
        var options = server.Options();
        var way = new HeldBack();
        var ledger = Open(way, options);
        Limit[] limits = [Limit.Dollars(1_000).PerMonth(), Limit.Tokens(100_000).PerHour(), Limit.ConcurrentCalls(100)];
        await ledger.HoldAsync(Hold("first", limits, 1), Cancellation);
        await ledger.HoldAsync(Hold("alone", limits, 1), Cancellation);
        await way.TogetherAsync(8, i => ledger.HoldAsync(Hold($"call{i}", limits, 1), Cancellation));
        await ledger.HoldAsync(Hold("extended", [Limit.ConcurrentCalls(100)], 1), Cancellation);
        await ledger.ExtendAsync("extended", TimeSpan.FromMinutes(50), Cancellation);

        using var client = await ConnectionMultiplexer.ConnectAsync(options.Servers!);
        var database = client.GetDatabase();
        Dictionary<string, TimeSpan> lives = [];
        await foreach (var key in client.GetServers()[0].KeysAsync(pattern: $"{{{options.Ledger}}}:*"))
        {
            if (await database.KeyTimeToLiveAsync(key) is { } life) lives[(string)key!] = life;
        }

        var records = lives.Where(one => one.Key.Contains(":h:", StringComparison.Ordinal)).Select(one => one.Value).Order().ToList();
        var counters = lives.Where(one => !one.Key.Contains(":h:", StringComparison.Ordinal)).Select(one => one.Value).ToList();
        Assert.Equal(11, records.Count);

        // The one that was extended takes room of a counter without a window alone.
        Assert.InRange(records[0], TimeSpan.FromHours(49.5), TimeSpan.FromHours(50));
        Assert.All(records.Skip(1), life => Assert.True(life >= counters.Max(), $"A record lives {life}, and a counter {counters.Max()}."));
    }

    private static HoldRequest Hold(string id, Limit[] limits, long tokens, string? nonce = null, TimeSpan? lease = null) =>
        new(id, limits, new Amounts(tokens, 0, new NanoUsd(tokens)), lease ?? TimeSpan.FromMinutes(5))
        {
            Nonce = nonce is null ? null : new NonceClaim("k1", nonce, new DateTimeOffset(2027, 6, 16, 14, 0, 0, TimeSpan.Zero)),
        };

    // Ids come twice now and then, and so do nonces; not both at once, where it matters which of two is first. For the same reason the first two
    // of a round, which go by themselves and in whatever order, share theirs with nobody.
    private static HoldRequest Any(Random random, int round, int place)
    {
        Limit[] limits = [.. All.Where(_ => random.Next(3) > 0)];
        var (tokens, lease) = (random.Next(1, 100), TimeSpan.FromHours(random.Next(3, 20)));
        var number = place < Alone ? Calls * 3 + place : random.Next(Calls * 3);
        return random.Next(4) == 0
            ? Hold($"call-{round}-{number}", limits, tokens, lease: lease)
            : Hold($"signed-{round}-{place}", limits, tokens, $"a-nonce-of-the-tests-{round}-{number}", lease);
    }

    private RedisLedger Open(HeldBack way, RedisStoreOptions? options = null)
    {
        var connection = new RedisConnection(options ?? server.Options(time), time);
        var ledger = new RedisLedger(connection, time, new HoldsTogether(way.Over(connection), connection.NotAsked, time));
        ledgers.Add(ledger);
        return ledger;
    }

    /// <summary>Holds scripts back until all have come that shall go together.</summary>
    private sealed class HeldBack
    {
        private Task until = Task.CompletedTask;

        public int Scripts { get; set; }

        public Func<RedisKey[], RedisValue[], int, ValueTask<RedisResult>> Over(RedisConnection connection) => async (keys, arguments, count) =>
        {
            Scripts++;
            await until;
            return await connection.AskAsync(keys, arguments, count);
        };

        public async Task<HoldResult[]> TogetherAsync(int count, Func<int, ValueTask<HoldResult>> ask)
        {
            var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            until = open.Task;
            Task<HoldResult>[] asked = [.. Enumerable.Range(0, count).Select(i => ask(i).AsTask())];
            open.SetResult();
            return await Task.WhenAll(asked);
        }
    }
}
