using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Redis.Tests;

public sealed class RedisWatchTests(TestServer server) : WatchContract
{
    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(server.Open(time));
}
