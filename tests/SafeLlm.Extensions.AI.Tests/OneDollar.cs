using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.Extensions.AI.Tests;

/// <summary>Options with a dollar for the day, and the ledger in which it is counted.</summary>
internal sealed class OneDollar
{
    public OneDollar()
    {
        Options.UseStores(time => new SafeLlmStores(Ledger, new InMemoryNonceStore(time)));
        Options.Limits.Add(Limit.Dollars(1).PerDay());
    }

    public SafeLlmClientOptions Options { get; } = new();

    public InMemoryLedger Ledger { get; } = new(TimeProvider.System);

    public async Task<decimal> SpentAsync() => (await Ledger.ReadAsync([.. Options.Limits], TestContext.Current.CancellationToken))[0].Spent / 1_000_000_000m;

    public async Task<int> OpenHoldsAsync() => await Ledger.CountHoldsAsync(TestContext.Current.CancellationToken);
}
