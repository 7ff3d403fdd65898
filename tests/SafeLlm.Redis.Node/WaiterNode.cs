using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Node;

/// <summary>Has callers that all want the one place of a limit, each as often as the others, and prints how many calls were served.</summary>
internal static class WaiterNode
{
    private const int AtOnce = 4;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    public static async Task RunAsync(string servers, string ledger, string name, int calls)
    {
        using var stores = RedisStores.Open(new RedisStoreOptions { Servers = servers, Ledger = ledger, OperationTimeout = TimeSpan.FromSeconds(30) }, TimeProvider.System);
        var waiting = new WaitingLedger(stores.Ledger, TimeProvider.System);
        var served = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellationToken) =>
        {
            var id = FormattableString.Invariant($"{name}.{i}");
            var request = new HoldRequest(id, [Limit.ConcurrentCalls(1).For("place")], new Amounts(1, 0, NanoUsd.Zero), TimeSpan.FromMinutes(5));
            var result = await waiting.HoldOrWaitAsync(request, TimeProvider.System.GetUtcNow() + Longest, cancellationToken);
            if (result.Outcome != HoldOutcome.Held) return;
            await waiting.SettleAsync(id, new Amounts(1, 0, NanoUsd.Zero), cancellationToken);
            Interlocked.Increment(ref served);
        });
        Console.WriteLine(FormattableString.Invariant($"{served}"));
    }
}
