using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Redis.Tests;

public sealed class RedisLedgerResetTests(TestServer server) : LedgerResetContract
{
    private RedisStoreOptions? options;

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time) => ValueTask.FromResult(RedisStores.Open(options = server.Options(clock: time), time));

    protected override IStoreOperator Operate(TimeProvider time) => new RedisStoreOperator(options!, time, "somebody");
}
