using SafeLlm.Anomalies;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Anomalies;

/// <summary>The lock-outs of a file. Instants are ticks of UTC.</summary>
internal static class LockOutRows
{
    public static bool Record(StoreConnection connection, LockOut lockOut, long now)
    {
        _ = connection.Statement("DELETE FROM lock_outs WHERE until <= ?").Bind(1, now).Run();
        _ = connection.Statement("INSERT INTO lock_outs (scope, until) VALUES (?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)")
            .Bind(1, lockOut.Scope).Bind(2, lockOut.Until.UtcTicks).Run();
        _ = connection.Statement("DELETE FROM lock_outs WHERE scope IN (SELECT scope FROM lock_outs ORDER BY until DESC LIMIT -1 OFFSET ?)").Bind(1, ILockOutStore.Most).Run();
        return true;
    }

    public static bool End(StoreConnection connection, string scope) => connection.Statement("DELETE FROM lock_outs WHERE scope = ?").Bind(1, scope).Run() == 1;

    public static List<LockOut> Read(StoreConnection connection, long now)
    {
        var select = connection.Statement("SELECT scope, until FROM lock_outs WHERE until > ? ORDER BY scope").Bind(1, now);
        var found = new List<LockOut>();
        while (select.Step()) found.Add(new LockOut(select.Text(0), new DateTimeOffset(select.Long(1), TimeSpan.Zero)));
        select.Reset();
        return found;
    }
}
