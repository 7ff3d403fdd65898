using System.Globalization;
using System.Net;
using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Redis.Tests;

/// <summary>Several processes on one server.</summary>
public sealed class ManyNodesTests(TestServer server)
{
    private static readonly Limit Dollars = Limit.Dollars(10_000m).PerDay().For("key:node");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Replay_SentToThreeGatewaysAtOnce_IsAcceptedExactlyOnce()
    {
        await using var fleet = await Fleet.StartAsync(server, 3);

        for (var round = 0; round < 20; round++)
        {
            var call = new SignedCall(fleet.Addresses[0]);
            var answers = await Task.WhenAll(fleet.Addresses.Select(node => call.SendAsync(fleet.Http, node)));
            Assert.Equal([HttpStatusCode.OK, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized], answers.Select(answer => answer.StatusCode).Order());
            foreach (var answer in answers) answer.Dispose();
        }

        Assert.Equal(20, fleet.Provider.Requests.Count);
    }

    [Fact]
    public async Task EightProcesses_AtOneLimit_NeverPassItsCapAndLoseNoSettle()
    {
        var options = server.Options();
        var limit = Limit.Tokens(10_000).PerDay().For("race");
        using var stores = RedisStores.Open(options, TimeProvider.System);
        var spenders = Enumerable.Range(0, 8).Select(i => NodeProcess.Start("spender", options.Servers!, options.Ledger, $"p{i}", "400")).ToList();
        try
        {
            var reports = Task.WhenAll(spenders.Select(spender => spender.ReadLineAsync()));
            var looks = 0;
            while (!reports.IsCompleted)
            {
                var state = (await stores.Ledger.ReadAsync([limit], Cancellation))[0];
                Assert.True(state.Spent + state.Held <= limit.Cap, $"{state.Spent} spent and {state.Held} held of {limit.Cap}.");
                looks++;
            }

            var told = (await reports).Select(line => line!.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToArray()).ToList();
            var end = (await stores.Ledger.ReadAsync([limit], Cancellation))[0];
            Assert.Equal((told.Sum(one => one[1]), 0), (end.Spent, end.Held));

            // 3,200 calls that came to 7 each, of 10,000: all that fit were let in.
            Assert.InRange(end.Spent, limit.Cap - 10, limit.Cap);
            Assert.True(looks > 0);
        }
        finally
        {
            foreach (var spender in spenders) await spender.DisposeAsync();
        }
    }

    [Fact]
    public async Task Node_KilledInTheMiddleOfStreams_LeavesHoldsThatTheirLeasesEnd()
    {
        await using var fleet = await Fleet.StartAsync(server, 2);
        var gate = new Gate();
        for (var i = 0; i < 4; i++) fleet.Provider.Next(Fault.Stall(2, gate));
        var streams = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new SignedCall(fleet.Addresses[0], streamed: true).SendAsync(fleet.Http, fleet.Addresses[0])));
        Assert.All(streams, stream => Assert.Equal(HttpStatusCode.OK, stream.StatusCode));
        Assert.Equal(4, await fleet.Ledger.CountHoldsAsync(Cancellation));

        await fleet.Nodes[0].KillAsync();
        gate.Open();

        // The other node goes on meanwhile; the four are charged in full when their leases of 10 s have ended.
        using (var other = await new SignedCall(fleet.Addresses[1]).SendAsync(fleet.Http, fleet.Addresses[1])) Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        var held = (await fleet.StateAsync(Dollars)).Held;
        Assert.True(held > 0);
        await Until.HoldsAsync(async () => await fleet.Ledger.CountHoldsAsync(Cancellation) == 0);
        var state = await fleet.StateAsync(Dollars);
        Assert.Equal(0, state.Held);
        Assert.True(state.Spent >= fleet.Provider.BilledTotal.Value, "The charge does not cover the provider's bill.");
        foreach (var stream in streams) stream.Dispose();
    }

    [Fact]
    public async Task Fleet_RestartedNodeByNodeUnderLoad_LosesAndDoubleChargesNothing()
    {
        await using var fleet = await Fleet.StartAsync(server, 3);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var answered = 0;
        var load = Enumerable.Range(0, 4).Select(async caller =>
        {
            for (var i = caller; !stop.IsCancellationRequested; i++)
            {
                var node = fleet.Addresses[i % fleet.Addresses.Count];
                try
                {
                    using var answer = await new SignedCall(node).SendAsync(fleet.Http, node);
                    if (answer.StatusCode == HttpStatusCode.OK)
                    {
                        await answer.Content.ReadAsByteArrayAsync(Cancellation);
                        Interlocked.Increment(ref answered);
                    }
                }
                catch (HttpRequestException)
                {
                    // A node that is being replaced does not listen; a load balancer would ask the next.
                }
            }
        }).ToList();

        for (var i = 0; i < 3; i++) await fleet.ReplaceAsync(i);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        await Until.HoldsAsync(async () => await fleet.Ledger.CountHoldsAsync(Cancellation) == 0);
        Assert.True(answered > 0);
        Assert.Equal(fleet.Provider.BilledTotal.Value, (await fleet.StateAsync(Dollars)).Spent);
    }
}
