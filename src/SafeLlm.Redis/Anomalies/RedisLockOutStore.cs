using System.Globalization;
using SafeLlm.Anomalies;

namespace SafeLlm.Redis.Anomalies;

/// <summary>Who has to wait on every node, by the server's clock.</summary>
internal sealed class RedisLockOutStore(RedisConnection connection) : ILockOutStore
{
    /// <inheritdoc/>
    public async ValueTask RecordAsync(LockOut lockOut, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(lockOut.Scope, nameof(lockOut));
        cancellationToken.ThrowIfCancellationRequested();
        await SideScript.Watch.RunAsync(connection, connection.Keys.LockOuts, "lock", lockOut.Scope, RedisInstant.Text(RedisInstant.Of(lockOut.Until)), ILockOutStore.Most).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask EndAsync(string scope, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(scope);
        cancellationToken.ThrowIfCancellationRequested();
        await SideScript.Watch.RunAsync(connection, connection.Keys.LockOuts, "unlock", scope).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<LockOut>> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await SideScript.Watch.RunAsync(connection, connection.Keys.LockOuts, "locked").ConfigureAwait(false);
        List<LockOut> found = [];
        for (var i = 0; i < answer.Length; i += 2) found.Add(new LockOut(answer[i], RedisInstant.ToInstant((long)double.Parse(answer[i + 1], CultureInfo.InvariantCulture))));
        found.Sort(static (a, b) => string.CompareOrdinal(a.Scope, b.Scope));
        return found;
    }
}
