namespace SafeLlm.Accounts;

/// <summary>Keeps to whom ids were issued for as long as its process lives, in bounded memory: some 200 bytes an id. Thread-safe.</summary>
/// <param name="time">The clock.</param>
/// <param name="most">How many ids are kept over all tenants; beyond it those that end first go.</param>
public sealed class InMemoryIssuedIdStore(TimeProvider time, int most = InMemoryIssuedIdStore.DefaultMost) : IIssuedIdStore
{
    /// <summary>How many ids are kept unless told otherwise: 100,000.</summary>
    public const int DefaultMost = 100_000;

    private readonly Lock sync = new();
    private readonly Dictionary<UInt128, Entry> entries = [];
    private readonly Dictionary<UInt128, SortedSet<(DateTimeOffset Until, UInt128 Id)>> byTenant = [];
    private readonly SortedSet<(DateTimeOffset Until, UInt128 Id)> byEnd = [];

    /// <summary>How many ids are kept now, ended ones that nobody has touched included.</summary>
    internal int Count
    {
        get
        {
            lock (sync) return entries.Count;
        }
    }

    /// <inheritdoc/>
    public ValueTask RecordAsync(string tenant, IReadOnlyList<string> ids, DateTimeOffset until, int most, CancellationToken cancellationToken)
    {
        IIssuedIdStore.Check(tenant, ids);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var owner = IssuedIdHash.Of(tenant);
        lock (sync)
        {
            Expire();
            if (until <= time.GetUtcNow()) return ValueTask.CompletedTask;
            foreach (var id in ids) Add(IssuedIdHash.Of(id), owner, until, most);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<bool> AreOfAsync(string tenant, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        IIssuedIdStore.Check(tenant, ids);
        cancellationToken.ThrowIfCancellationRequested();
        var (owner, now) = (IssuedIdHash.Of(tenant), time.GetUtcNow());
        lock (sync)
        {
            foreach (var id in ids)
            {
                if (!entries.TryGetValue(IssuedIdHash.Of(id), out var entry) || entry.Owner != owner || entry.Until <= now) return ValueTask.FromResult(false);
            }
        }

        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public ValueTask ForgetAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(tenant);
        ArgumentNullException.ThrowIfNull(id);
        cancellationToken.ThrowIfCancellationRequested();
        var (key, owner) = (IssuedIdHash.Of(id), IssuedIdHash.Of(tenant));
        lock (sync)
        {
            if (entries.TryGetValue(key, out var entry) && entry.Owner == owner) Remove(key);
        }

        return ValueTask.CompletedTask;
    }

    private void Add(UInt128 key, UInt128 owner, DateTimeOffset until, int mostOfTenant)
    {
        if (entries.TryGetValue(key, out var before))
        {
            if (before.Owner != owner || before.Until >= until) return;
            Remove(key);
        }

        if (!byTenant.TryGetValue(owner, out var own)) byTenant[owner] = own = [];
        entries[key] = new Entry(owner, until);
        _ = own.Add((until, key));
        _ = byEnd.Add((until, key));
        // Who makes very many forgets their own first.
        while (own.Count > mostOfTenant) Remove(own.Min.Id);
        while (entries.Count > most) Remove(byEnd.Min.Id);
    }

    private void Expire()
    {
        var now = time.GetUtcNow();
        while (byEnd.Count > 0 && byEnd.Min.Until <= now) Remove(byEnd.Min.Id);
    }

    private void Remove(UInt128 key)
    {
        if (!entries.Remove(key, out var entry)) return;
        _ = byEnd.Remove((entry.Until, key));
        var own = byTenant[entry.Owner];
        _ = own.Remove((entry.Until, key));
        if (own.Count == 0) _ = byTenant.Remove(entry.Owner);
    }

    private readonly record struct Entry(UInt128 Owner, DateTimeOffset Until);
}
