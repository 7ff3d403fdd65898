using SafeLlm.Signing;

namespace SafeLlm.Limits;

/// <summary>Chooses the stores that live in the process.</summary>
public static class InMemoryStoreHostExtensions
{
    /// <summary>Keeps limits and nonces in memory: they die with the process.</summary>
    public static T UseInMemory<T>(this T host)
        where T : IStoreHost
    {
        host.UseStores(InMemory);
        return host;
    }

    /// <summary>The stores that live in the process: one ledger and the nonces it claims from.</summary>
    public static SafeLlmStores InMemory(TimeProvider time)
    {
        var nonces = new InMemoryNonceStore(time);
        return new SafeLlmStores(new InMemoryLedger(time, nonces), nonces);
    }
}
