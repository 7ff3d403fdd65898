using SafeLlm.Accounts;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.Signing;

namespace SafeLlm.Limits;

/// <summary>All that is kept between calls, in one place and of one kind. Whoever made the stores disposes them.</summary>
/// <param name="Ledger">Counters and holds.</param>
/// <param name="Nonces">Nonces of verified requests. The ledger claims from the same store.</param>
public sealed record SafeLlmStores(ILedger Ledger, INonceStore Nonces) : IDisposable
{
    /// <summary>Signing keys that the store keeps; null where they come from elsewhere, such as the configuration.</summary>
    public ISigningKeyStore? Keys { get; init; }

    /// <summary>One line an attempt; null where nobody keeps them.</summary>
    public IJournal? Journal { get; init; }

    /// <summary>Where the ledger records alerts in the same step as the charge; null where nobody is told.</summary>
    public IAlertOutbox? Outbox { get; init; }

    /// <summary>
    /// Opens a look into the store for people, beside whoever uses it; whoever opens it disposes it. Null where a store cannot be looked into.
    /// </summary>
    public Func<IStoreView>? View { get; init; }

    /// <summary>What was learned of keys; null where each process learns for itself.</summary>
    public IBaselineStore? Baselines { get; init; }

    /// <summary>Who has to wait; null where each process finds out for itself.</summary>
    public ILockOutStore? LockOuts { get; init; }

    /// <summary>Which tenant each id of the provider was issued to; null where each process knows only what it handed out itself.</summary>
    public IIssuedIdStore? IssuedIds { get; init; }

    /// <summary>Disposes each store once, whichever roles it plays; the ledger last, as others may write through it.</summary>
    public void Dispose()
    {
        var members = new object?[] { IssuedIds, LockOuts, Baselines, Outbox, Journal, Keys, Nonces, Ledger };
        foreach (var member in members.Distinct(ReferenceEqualityComparer.Instance))
        {
            (member as IDisposable)?.Dispose();
        }
    }
}
