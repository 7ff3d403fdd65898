using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Redis.Tests;

public sealed class RedisLedgerModelTests(TestServer server) : LedgerModelContract
{
    protected override int Programs => 200;

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(server.Open(time));
}
