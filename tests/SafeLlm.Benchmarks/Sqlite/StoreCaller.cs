using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Sqlite;

namespace SafeLlm.Benchmarks.Sqlite;

/// <summary>Takes durable holds over three limits, each under an id of its own.</summary>
internal sealed class StoreCaller(string path, int process = 0) : IDisposable
{
    private static readonly Limit[] Limits =
    [
        Limit.Dollars(9_000_000m).PerDay(),
        Limit.Tokens(1L << 52).PerHour(),
        Limit.Requests(1L << 52).PerMinute(),
    ];

    private readonly SqliteLedger ledger = new(path, TimeProvider.System);
    private long next = (long)process << 40;

    public async Task HoldAsync()
    {
        var id = Interlocked.Increment(ref next).ToString(CultureInfo.InvariantCulture);
        var result = await ledger.HoldAsync(new HoldRequest(id, Limits, new Amounts(1000, 500, new NanoUsd(1_000_000)), TimeSpan.FromMinutes(10)), CancellationToken.None);
        if (result.Outcome != HoldOutcome.Held)
        {
            throw new InvalidOperationException($"The hold was {result.Outcome}.");
        }
    }

    public void Dispose() => ledger.Dispose();
}
