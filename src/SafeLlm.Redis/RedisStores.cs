using SafeLlm.Limits;
using SafeLlm.Redis.Accounts;
using SafeLlm.Redis.Anomalies;

namespace SafeLlm.Redis;

/// <summary>All stores of one ledger on a server.</summary>
public static class RedisStores
{
    /// <summary>Connects. A server that is away now is waited for by nobody: operations fail until it answers.</summary>
    /// <param name="options">Where the stores are.</param>
    /// <param name="time">The clock of this process; limits and nonces go by the server's.</param>
    /// <exception cref="ArgumentException">An option is missing or out of its range; the message names all of them.</exception>
    /// <exception cref="RedisStoreException">The server may evict keys.</exception>
    public static SafeLlmStores Open(RedisStoreOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = new RedisConnection(options, time);
        return new SafeLlmStores(new RedisLedger(connection, time), new RedisNonceStore(connection))
        {
            Keys = new RedisSigningKeyStore(connection, time),
            Journal = new RedisJournal(connection),
            Outbox = new RedisAlertOutbox(connection),
            View = () => new RedisStoreOperator(options, time, "a view"),
            Baselines = new RedisBaselineStore(connection),
            LockOuts = new RedisLockOutStore(connection),
            IssuedIds = new RedisIssuedIdStore(connection),
        };
    }
}
