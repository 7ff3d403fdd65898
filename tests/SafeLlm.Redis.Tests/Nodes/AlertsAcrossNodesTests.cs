using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>What several nodes reach together is told once.</summary>
public sealed class AlertsAcrossNodesTests(TestServer server)
{
    private static readonly Limit Budget = Limit.Dollars(10m).PerDay().For("user:42");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Shares_ThatManyNodesReachAtOnce_AreRecordedAndHandedOutOnce()
    {
        var options = server.Options();
        var nodes = Enumerable.Range(0, 4).Select(_ => RedisStores.Open(options, TimeProvider.System)).ToList();
        try
        {
            var results = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => SpendAsync(nodes[i % nodes.Count], FormattableString.Invariant($"call.{i}"), 0.25m)));

            var told = await Task.WhenAll(nodes.Select(node => node.Outbox!.TakeAsync(100, TimeSpan.FromMinutes(5), Cancellation).AsTask()));
            Assert.Equal([50, 80, 100], told.SelectMany(some => some).Select(alert => alert.Alert.Percent).Order());
            Assert.InRange(results.Count(result => result.HasAlerts), 1, 3);
        }
        finally
        {
            foreach (var node in nodes) node.Dispose();
        }
    }

    private static async Task<SettleResult> SpendAsync(SafeLlmStores node, string id, decimal dollars)
    {
        var amounts = new Amounts(1, 0, NanoUsd.FromDollars(dollars));
        var held = await node.Ledger.HoldAsync(new HoldRequest(id, [Budget], amounts, TimeSpan.FromMinutes(5)), Cancellation);
        Assert.Equal(HoldOutcome.Held, held.Outcome);
        return await node.Ledger.SettleAsync(id, amounts, Cancellation);
    }
}
