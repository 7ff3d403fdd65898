namespace SafeLlm.Anomalies;

/// <summary>Keeps who has to wait for as long as its process lives. Thread-safe.</summary>
/// <param name="time">The clock.</param>
public sealed class InMemoryLockOutStore(TimeProvider time) : ILockOutStore
{
    private readonly Dictionary<string, DateTimeOffset> scopes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ValueTask RecordAsync(LockOut lockOut, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(lockOut.Scope, nameof(lockOut));
        cancellationToken.ThrowIfCancellationRequested();
        lock (scopes)
        {
            if (scopes.TryGetValue(lockOut.Scope, out var until) && until >= lockOut.Until) return ValueTask.CompletedTask;
            scopes[lockOut.Scope] = lockOut.Until;
            if (scopes.Count > ILockOutStore.Most) Drop();
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask EndAsync(string scope, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        cancellationToken.ThrowIfCancellationRequested();
        lock (scopes) _ = scopes.Remove(scope);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<LockOut>> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow();
        lock (scopes)
        {
            return ValueTask.FromResult<IReadOnlyList<LockOut>>(
            [
                .. scopes.Where(scope => scope.Value > now).OrderBy(scope => scope.Key, StringComparer.Ordinal).Select(scope => new LockOut(scope.Key, scope.Value)),
            ]);
        }
    }

    private void Drop()
    {
        var now = time.GetUtcNow();
        foreach (var over in scopes.Where(scope => scope.Value <= now).Select(scope => scope.Key).ToList()) _ = scopes.Remove(over);
        if (scopes.Count > ILockOutStore.Most) _ = scopes.Remove(scopes.MinBy(scope => scope.Value).Key);
    }
}
