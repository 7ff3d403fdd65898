using SafeLlm.Accounts;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.Limits.InMemory;
using SafeLlm.Signing;

namespace SafeLlm.Limits;

/// <summary>Chooses the stores that live in the process.</summary>
public static class InMemoryStoreHostExtensions
{
    /// <summary>Keeps limits, nonces, alerts and the last lines of the journal in memory: they die with the process.</summary>
    public static T UseInMemory<T>(this T host)
        where T : IStoreHost
    {
        host.UseStores(InMemory);
        return host;
    }

    /// <summary>The stores that live in the process: one ledger with the nonces it claims from and the outbox it records into, and a short journal.</summary>
    public static SafeLlmStores InMemory(TimeProvider time)
    {
        var nonces = new InMemoryNonceStore(time);
        var outbox = new InMemoryAlertOutbox(time);
        var ledger = new InMemoryLedger(time, nonces, outbox);
        var journal = new InMemoryJournal();
        return new SafeLlmStores(ledger, nonces)
        {
            Journal = journal,
            Outbox = outbox,
            Baselines = new InMemoryBaselineStore(),
            LockOuts = new InMemoryLockOutStore(time),
            IssuedIds = new InMemoryIssuedIdStore(time),
            View = () => new InMemoryStoreView(ledger, journal),
        };
    }
}
