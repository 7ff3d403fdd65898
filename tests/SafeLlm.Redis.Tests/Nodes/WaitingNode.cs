using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Redis.Tests;

/// <summary>A node of its own connection whose callers wait for room, all nodes by one clock.</summary>
internal sealed class WaitingNode : IDisposable
{
    public WaitingNode(RedisStoreOptions options, TimeProvider time, TimeSpan look)
    {
        Store = new RedisLedger(new RedisConnection(options, time), time);
        Ledger = new WaitingLedger(Store, time) { LookInterval = look };
    }

    public RedisLedger Store { get; }

    public WaitingLedger Ledger { get; }

    public static Amounts Tokens(long tokens) => new(tokens, 0, NanoUsd.Zero);

    public static HoldRequest Request(string id, Limit[] limits, long tokens) => new(id, limits, Tokens(tokens), TimeSpan.FromHours(2));

    public Task<HoldResult> HoldOrWaitAsync(string id, Limit limit, long tokens, CancellationToken cancellationToken) =>
        Ledger.HoldOrWaitAsync(Request(id, [limit], tokens), DateTimeOffset.MaxValue, cancellationToken).AsTask();

    public void Dispose() => Store.Dispose();
}
