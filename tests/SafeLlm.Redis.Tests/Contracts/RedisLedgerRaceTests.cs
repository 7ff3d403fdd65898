using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Redis.Tests;

public sealed class RedisLedgerRaceTests(TestServer server) : LedgerRaceContract
{
    protected override int Attempts => 150;

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(server.Open(time));
}
