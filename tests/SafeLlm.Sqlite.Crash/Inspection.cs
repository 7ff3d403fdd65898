using Microsoft.Data.Sqlite;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Crash;

/// <summary>
/// Compares a file with what was told: every hold that was told is there, every settle and release that was told too, the
/// counters are the sums of the rows, nothing counts twice, no cap is passed, and the journal's chain is whole.
/// </summary>
internal sealed class Inspection(string path, Told told)
{
    private const int Settled = 8;
    private const int GivenBack = 16;

    public async Task RunAsync()
    {
        var phases = new Dictionary<string, long>(StringComparer.Ordinal);
        var noted = new HashSet<string>(StringComparer.Ordinal);
        LimitState[] states;

        // Opening checks the file's integrity.
        using (var ledger = new SqliteLedger(path, new FixedClock(), new SqliteStoreOptions { IntegrityCheck = SqliteIntegrityCheck.Full }))
        {
            states = [.. await ledger.ReadAsync(Deal.Limits, CancellationToken.None)];
            Read("SELECT id, phase FROM holds", row => phases.Add(row.GetString(0), row.GetInt64(1)));
            Read("SELECT id FROM journal", row => Expect(noted.Add(row.GetString(0)), $"{row.GetString(0)} is in the journal twice."));
        }

        foreach (var id in told.Ids("held")) Expect(phases.ContainsKey(id), $"{id} was told to be held and is not in the file.");
        foreach (var id in told.Ids("settled")) Expect((phases[id] & Settled) != 0, $"{id} was told to be settled and is not.");
        foreach (var id in told.Ids("released")) Expect((phases[id] & GivenBack) != 0, $"{id} was told to be released and is not.");
        foreach (var id in told.Ids("noted")) Expect(noted.Contains(id), $"{id} was told to be in the journal and is not.");

        for (var i = 0; i < states.Length; i++)
        {
            var dimension = Deal.Limits[i].Dimension;
            var held = phases.Where(hold => hold.Value == 0).Sum(hold => new Deal(hold.Key).Held.In(dimension));
            var spent = dimension == Dimension.ConcurrentCalls ? 0 : phases.Where(hold => (hold.Value & Settled) != 0).Sum(hold => new Deal(hold.Key).Used.In(dimension));
            Expect(states[i].Held == held, $"{Deal.Limits[i]}: {states[i].Held} are held, and the holds come to {held}.");
            Expect(states[i].Spent == spent, $"{Deal.Limits[i]}: {states[i].Spent} are spent, and the settles come to {spent}.");
            Expect(spent + held <= Deal.Limits[i].Cap, $"{Deal.Limits[i]}: passed.");
        }

        var journal = SqliteJournal.Verify(path);
        Expect(journal.Finding is null, journal.Finding ?? "");
    }

    private void Read(string sql, Action<SqliteDataReader> row)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        while (reader.Read()) row(reader);
    }

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
