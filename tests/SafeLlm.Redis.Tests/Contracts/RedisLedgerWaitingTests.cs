using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Redis.Tests;

public sealed class RedisLedgerWaitingTests(TestServer server) : LedgerWaitingContract
{
    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(server.Open(time));
}
