using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Redis.Tests;

public sealed class RedisSigningKeyContractTests(TestServer server) : SigningKeyContract
{
    private string ledger = "";

    protected override ValueTask<SafeLlmStores> OpenAsync(TimeProvider time)
    {
        ledger = server.Options().Ledger;
        return ValueTask.FromResult(OpenAgain(time, Protector));
    }

    protected override SafeLlmStores OpenAgain(TimeProvider time, IKeyProtector? protector)
    {
        var options = server.Options(clock: time);
        (options.Ledger, options.KeyProtector) = (ledger, protector);
        return RedisStores.Open(options, time);
    }
}
