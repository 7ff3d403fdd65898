namespace SafeLlm.Anomalies;

/// <summary>Keeps who has to wait, so that who is locked out on one node is on all, and still after a restart.</summary>
public interface ILockOutStore
{
    /// <summary>How many are kept at most: those that end last. 10,000.</summary>
    const int Most = 10_000;

    /// <summary>Keeps a lock-out. Of two of one scope the one that ends later counts.</summary>
    ValueTask RecordAsync(LockOut lockOut, CancellationToken cancellationToken);

    /// <summary>Ends the lock-out of a scope. One that is not known changes nothing.</summary>
    ValueTask EndAsync(string scope, CancellationToken cancellationToken);

    /// <summary>All that are in force now, by scope.</summary>
    ValueTask<IReadOnlyList<LockOut>> ReadAsync(CancellationToken cancellationToken);
}
