using SafeLlm.Accounts;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Accounts;

/// <summary>The issued ids of a file. Instants are ticks of UTC.</summary>
internal static class IssuedIdRows
{
    private const int RowsATime = 500;

    public static bool Record(StoreConnection connection, UInt128 tenant, IReadOnlyList<string> ids, long until, int most, long now)
    {
        _ = connection.Statement("DELETE FROM issued_ids WHERE hash IN (SELECT hash FROM issued_ids WHERE until <= ? LIMIT ?)").Bind(1, now).Bind(2, RowsATime).Run();
        if (until <= now) return true;
        foreach (var id in ids)
        {
            var hash = IssuedIdHash.Of(id);
            _ = connection.Statement("DELETE FROM issued_ids WHERE hash = ? AND until <= ?").BindHash(1, hash).Bind(2, now).Run();
            _ = connection.Statement("INSERT INTO issued_ids (hash, tenant, until) VALUES (?, ?, ?) ON CONFLICT (hash) DO UPDATE SET until = max(until, excluded.until) WHERE tenant = excluded.tenant")
                .BindHash(1, hash).BindHash(2, tenant).Bind(3, until).Run();
        }

        // A bound that was lowered much is met step by step: no operation keeps the file for long.
        var over = connection.Statement("SELECT live FROM issued_id_counts WHERE tenant = ?").BindHash(1, tenant).Number() - most;
        if (over > 0)
        {
            _ = connection.Statement("DELETE FROM issued_ids WHERE hash IN (SELECT hash FROM issued_ids WHERE tenant = ? ORDER BY until LIMIT ?)").BindHash(1, tenant).Bind(2, Math.Min(over, 2 * RowsATime)).Run();
        }

        return true;
    }

    public static bool AreOf(StoreConnection connection, UInt128 tenant, IReadOnlyList<string> ids, long now)
    {
        foreach (var id in ids)
        {
            if (connection.Statement("SELECT tenant = ? AND until > ? FROM issued_ids WHERE hash = ?").BindHash(1, tenant).Bind(2, now).BindHash(3, IssuedIdHash.Of(id)).Number() != 1) return false;
        }

        return true;
    }

    public static bool Forget(StoreConnection connection, UInt128 tenant, string id) =>
        connection.Statement("DELETE FROM issued_ids WHERE hash = ? AND tenant = ?").BindHash(1, IssuedIdHash.Of(id)).BindHash(2, tenant).Run() > 0;
}
