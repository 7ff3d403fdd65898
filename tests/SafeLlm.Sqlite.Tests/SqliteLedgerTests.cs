using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Sqlite.Tests;

public sealed class SqliteLedgerTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;
    private readonly StoreFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Hold_AfterTheFileWasClosed_IsStillHeld()
    {
        var limit = Limit.Dollars(1m).PerDay();
        using (var ledger = new SqliteLedger(folder.File, TimeProvider.System))
        {
            var held = await ledger.HoldAsync(Request("a", limit, 0.6m), None);
            Assert.Equal(HoldOutcome.Held, held.Outcome);
        }

        using var again = new SqliteLedger(folder.File, TimeProvider.System);
        var denied = await again.HoldAsync(Request("b", limit, 0.6m), None);
        Assert.Equal(HoldOutcome.Denied, denied.Outcome);
        Assert.True((await again.SettleAsync("a", new Amounts(1, 1, NanoUsd.FromDollars(0.1m)), None)).Found);
        Assert.Equal(HoldOutcome.Held, (await again.HoldAsync(Request("b", limit, 0.6m), None)).Outcome);
        Assert.Equal(NanoUsd.FromDollars(0.1m).Value, (await again.ReadAsync([limit], None))[0].Spent);
    }

    private static HoldRequest Request(string id, Limit limit, decimal dollars) =>
        new(id, [limit], new Amounts(10, 10, NanoUsd.FromDollars(dollars)), TimeSpan.FromMinutes(1));
}
