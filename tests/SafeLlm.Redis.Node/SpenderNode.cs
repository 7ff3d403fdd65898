using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Node;

/// <summary>
/// Takes and settles holds at one shared limit, as fast as it can, and prints what it was allowed: how many holds, and what they
/// came to in tokens.
/// </summary>
internal static class SpenderNode
{
    private const int AtOnce = 8;
    private const int Held = 10;
    private const int Used = 7;

    public static async Task RunAsync(string servers, string ledger, string name, int calls)
    {
        using var stores = RedisStores.Open(new RedisStoreOptions { Servers = servers, Ledger = ledger, OperationTimeout = TimeSpan.FromSeconds(10) }, TimeProvider.System);
        var limit = Limit.Tokens(10_000).PerDay().For("race");
        var (holds, spent) = (0, 0L);
        await Parallel.ForEachAsync(Enumerable.Range(0, calls), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, cancellationToken) =>
        {
            var id = FormattableString.Invariant($"{name}.{i}");
            var result = await stores.Ledger.HoldAsync(new HoldRequest(id, [limit], new Amounts(Held, 0, NanoUsd.Zero), TimeSpan.FromMinutes(5)), cancellationToken);
            if (result.Outcome != HoldOutcome.Held) return;
            await stores.Ledger.SettleAsync(id, new Amounts(Used, 0, NanoUsd.Zero), cancellationToken);
            Interlocked.Increment(ref holds);
            Interlocked.Add(ref spent, Used);
        });
        Console.WriteLine(FormattableString.Invariant($"{holds} {spent}"));
    }
}
