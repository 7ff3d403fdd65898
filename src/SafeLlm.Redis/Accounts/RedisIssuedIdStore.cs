using SafeLlm.Accounts;
using StackExchange.Redis;

namespace SafeLlm.Redis.Accounts;

/// <summary>To whom ids of the provider were issued, for all nodes: a key for each id and one for each tenant, all of which end by themselves.</summary>
internal sealed class RedisIssuedIdStore(RedisConnection connection) : IIssuedIdStore
{
    /// <inheritdoc/>
    public async ValueTask RecordAsync(string tenant, IReadOnlyList<string> ids, DateTimeOffset until, int most, CancellationToken cancellationToken)
    {
        IIssuedIdStore.Check(tenant, ids);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        await SideScript.Issued.RunAsync(connection, Keys(tenant, ids), "issue", RedisKeys.TenantName(tenant), RedisInstant.Text(RedisInstant.Of(until)), most, connection.Keys.IssuedPrefix).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> AreOfAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        IIssuedIdStore.Check(tenant, ids);
        cancellationToken.ThrowIfCancellationRequested();
        return (await SideScript.Issued.RunAsync(connection, Keys(tenant, ids), "owned", RedisKeys.TenantName(tenant)).ConfigureAwait(false))[0] == "yes";
    }

    /// <inheritdoc/>
    public async ValueTask ForgetAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        ArgumentNullException.ThrowIfNull(id);
        cancellationToken.ThrowIfCancellationRequested();
        await SideScript.Issued.RunAsync(connection, Keys(tenant, [id]), "forget", RedisKeys.TenantName(tenant), connection.Keys.IssuedPrefix).ConfigureAwait(false);
    }

    private RedisKey[] Keys(string tenant, IReadOnlyList<string> ids) => [connection.Keys.IssuedTo(tenant), .. ids.Select(connection.Keys.Issued)];
}
