namespace SafeLlm.Sqlite.Gate;

/// <summary>
/// Exclusive locks on single bytes of a file, held by the process: the system lets them go when it dies. The bytes need not
/// exist. Two ship: Unix and Windows.
/// </summary>
internal interface IByteLocks
{
    bool TryLock(long at);

    /// <summary>Waits in the system until the lock is there.</summary>
    void Lock(long at);

    void Unlock(long at);
}
