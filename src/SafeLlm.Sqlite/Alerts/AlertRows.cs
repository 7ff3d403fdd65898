using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Alerts;

/// <summary>The alerts of a file: those that wait, and the ids of delivered ones for a day. Instants are ticks of UTC.</summary>
internal sealed class AlertRows(StoreConnection connection)
{
    private const int RowsATime = 500;
    private const int MostWaiting = 100_000;
    private const string Columns = "id, kind, severity, message, at, scope, dimension, window, window_start, percent, current, reference";
    private static readonly long Remembered = TimeSpan.FromHours(24).Ticks;
    private static readonly long DropEvery = TimeSpan.FromMinutes(10).Ticks;
    private long dropNext;

    /// <summary>False where one of that id is remembered.</summary>
    public bool Record(Alert alert, long now)
    {
        Drop(now);
        return connection.Statement($"INSERT OR IGNORE INTO alerts ({Columns}, attempts, due) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0)")
            .Bind(1, alert.Id).Bind(2, alert.Kind.ToString()).Bind(3, alert.Severity.ToString()).Bind(4, alert.Message).Bind(5, alert.At.UtcTicks)
            .Bind(6, alert.Scope).Bind(7, alert.Dimension?.ToString()).Bind(8, alert.Window).Bind(9, alert.WindowStart?.UtcTicks)
            .Bind(10, (long?)alert.Percent).Bind(11, alert.Current).Bind(12, alert.Reference)
            .Run() == 1;
    }

    public List<PendingAlert> Take(int most, long lease, long now)
    {
        var select = connection.Statement($"SELECT {Columns}, attempts FROM alerts WHERE due <= ? ORDER BY number LIMIT ?").Bind(1, now).Bind(2, most);
        var taken = new List<PendingAlert>();
        while (select.Step())
        {
            taken.Add(new PendingAlert(Read(select), (int)select.Long(12) + 1));
        }

        select.Reset();
        foreach (var one in taken)
        {
            _ = connection.Statement("UPDATE alerts SET attempts = ?, due = ? WHERE id = ?").Bind(1, one.Attempt).Bind(2, now + lease).Bind(3, one.Alert.Id).Run();
        }

        return taken;
    }

    /// <summary>Those that were recorded last, delivered or not, newest first.</summary>
    public List<Alert> ReadLast(int most)
    {
        var select = connection.Statement($"SELECT {Columns} FROM alerts ORDER BY number DESC LIMIT ?").Bind(1, most);
        var last = new List<Alert>();
        while (select.Step()) last.Add(Read(select));
        select.Reset();
        return last;
    }

    public bool Complete(string id) => connection.Statement("UPDATE alerts SET due = NULL WHERE id = ?").Bind(1, id).Run() == 1;

    public bool Postpone(string id, long due) =>
        connection.Statement("UPDATE alerts SET due = ? WHERE id = ? AND due IS NOT NULL").Bind(1, due).Bind(2, id).Run() == 1;

    // Delivered ones after a day; the oldest of those that nobody fetches where there are far too many.
    private void Drop(long now)
    {
        if (now < dropNext && dropNext <= now + DropEvery)
        {
            return;
        }

        var delivered = connection.Statement("DELETE FROM alerts WHERE number IN (SELECT number FROM alerts WHERE due IS NULL AND at <= ? LIMIT ?)")
            .Bind(1, now - Remembered).Bind(2, RowsATime).Run();
        var tooMany = connection.Statement("SELECT count(*) FROM alerts WHERE due IS NOT NULL").Number() - MostWaiting;
        var oldest = connection.Statement("DELETE FROM alerts WHERE number IN (SELECT number FROM alerts WHERE due IS NOT NULL ORDER BY number LIMIT ?)")
            .Bind(1, Math.Clamp(tooMany, 0, RowsATime)).Run();
        dropNext = delivered == RowsATime || oldest == RowsATime ? now : now + DropEvery;
    }

    private static Alert Read(Statement row) => new(
        row.Text(0),
        Enum.Parse<AlertKind>(row.Text(1)),
        Enum.Parse<AlertSeverity>(row.Text(2)),
        row.Text(3),
        new DateTimeOffset(row.Long(4), TimeSpan.Zero))
    {
        Scope = row.TextOrNull(5),
        Dimension = row.TextOrNull(6) is { } dimension ? Enum.Parse<Dimension>(dimension) : null,
        Window = row.TextOrNull(7),
        WindowStart = row.LongOrNull(8) is { } start ? new DateTimeOffset(start, TimeSpan.Zero) : null,
        Percent = (int?)row.LongOrNull(9),
        Current = row.LongOrNull(10),
        Reference = row.LongOrNull(11),
    };
}
