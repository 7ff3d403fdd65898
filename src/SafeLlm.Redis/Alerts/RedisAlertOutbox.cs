using SafeLlm.Alerts;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>The outbox that every node shares: the ledger's script records into it, any node delivers.</summary>
internal sealed class RedisAlertOutbox(RedisConnection connection) : IAlertOutbox
{
    /// <inheritdoc/>
    public async ValueTask<bool> RecordAsync(Alert alert, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(alert);
        cancellationToken.ThrowIfCancellationRequested();
        return await AskAsync("record", "id\n" + alert.Id, AlertText.Write(alert)).ConfigureAwait(false) is ["new", ..];
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<PendingAlert>> TakeAsync(int most, TimeSpan lease, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await AskAsync("take", most, RedisInstant.Of(lease)).ConfigureAwait(false);
        List<PendingAlert> taken = [];
        List<RedisValue> names = [];
        for (var i = 1; i < answer.Length; i += 3)
        {
            // One that this version cannot read waits for its lease, and for a node that can: the others are delivered all the same.
            if (AlertText.TryRead(answer[i + 1]) is not { } alert) continue;
            taken.Add(new PendingAlert(alert, int.Parse(answer[i + 2], System.Globalization.CultureInfo.InvariantCulture)));
            names.AddRange([alert.Id, answer[i]]);
        }

        // The script knows an alert by its matter; whoever completes it, by the id it was handed out under.
        if (taken.Count > 0) await AskAsync("name", [.. names]).ConfigureAwait(false);
        return taken;
    }

    /// <inheritdoc/>
    public async ValueTask CompleteAsync(string alertId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await AskAsync("close", alertId).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask PostponeAsync(string alertId, TimeSpan wait, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wait, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        await AskAsync("close", alertId, RedisInstant.Of(wait)).ConfigureAwait(false);
    }

    private async ValueTask<string[]> AskAsync(string operation, params RedisValue[] more)
    {
        var answer = await connection.RunAsync([connection.Keys.Due], [operation, connection.Now, connection.Keys.Prefix, .. more]).ConfigureAwait(false);
        return Array.ConvertAll(answer, part => (string)part!);
    }
}
