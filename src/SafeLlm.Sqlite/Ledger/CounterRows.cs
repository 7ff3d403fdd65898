using System.Buffers;
using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Ledger;

/// <summary>
/// The counters of a file, each read once and written once a transaction, however many operations of it they serve.
/// </summary>
internal sealed class CounterRows(StoreConnection connection)
{
    private const int MostRemembered = 10_000;
    private const string Columns = "id, scope, dimension, window, cap, operator_cap, holds, soft_limits, state";

    private readonly Dictionary<CounterKey, StoredCounter?> byKey = [];
    private readonly Dictionary<long, StoredCounter> byId = [];
    private readonly List<StoredCounter> changed = [];

    /// <summary>The counter of a limit; null where nothing counts yet.</summary>
    public StoredCounter? Find(CounterKey key)
    {
        if (byKey.TryGetValue(key, out var known))
        {
            return known;
        }

        var select = connection.Statement($"SELECT {Columns} FROM counters WHERE scope = ? AND dimension = ? AND window = ?")
            .Bind(1, key.Scope).Bind(2, (long)key.Dimension).Bind(3, StoredWindow.Name(key.Window));
        return byKey[key] = ReadOne(select, key);
    }

    /// <summary>The counter of a row; null where it was dropped.</summary>
    public StoredCounter? Find(long id)
    {
        if (byId.TryGetValue(id, out var known))
        {
            return known;
        }

        var counter = ReadOne(connection.Statement($"SELECT {Columns} FROM counters WHERE id = ?").Bind(1, id), null);
        if (counter is not null)
        {
            byKey[counter.Key] = counter;
        }

        return counter;
    }

    /// <summary>Starts to count a limit. Unless it is <see cref="Changed"/> after that, it counts nothing and goes again.</summary>
    public StoredCounter Add(CounterKey key)
    {
        var counter = StoredCounter.Create(key);
        var insert = connection.Statement("INSERT INTO counters (scope, dimension, window, cap, spent, held, holds, lapses_at, state) VALUES (?, ?, ?, 0, 0, 0, 0, 0, x'') RETURNING id")
            .Bind(1, key.Scope).Bind(2, (long)key.Dimension).Bind(3, StoredWindow.Name(key.Window));
        counter.Id = insert.Number();
        byId[counter.Id] = counter;
        byKey[key] = counter;
        return counter;
    }

    /// <summary>Every counter with the name of its window, by scope, dimension and window; for those who only read.</summary>
    public List<(StoredCounter Counter, string? Window)> ReadAll()
    {
        var select = connection.Statement($"SELECT {Columns} FROM counters ORDER BY scope, dimension, window");
        var all = new List<(StoredCounter, string?)>();
        while (select.Step())
        {
            all.Add((Read(select, null), select.Text(3) is { Length: > 0 } window ? window : null));
        }

        select.Reset();
        return all;
    }

    /// <summary>To be called after every change.</summary>
    public void Changed(StoredCounter counter)
    {
        if (!counter.IsChanged)
        {
            counter.IsChanged = true;
            changed.Add(counter);
        }
    }

    /// <summary>Writes what has changed since the last time.</summary>
    public void Flush()
    {
        foreach (var counter in changed)
        {
            Write(counter);
            counter.IsChanged = false;
        }

        changed.Clear();
        if (byKey.Count > MostRemembered)
        {
            Forget();
        }
    }

    public void Forget()
    {
        byKey.Clear();
        byId.Clear();
        changed.Clear();
    }

    /// <summary>Drops counters that count nothing, among some rows from one on. The row to go on with; 0 when all were seen.</summary>
    public long DropLapsed(long from, int rows, long now)
    {
        Flush();
        var select = connection.Statement("SELECT id, lapses_at FROM counters WHERE id > ? ORDER BY id LIMIT ?").Bind(1, from).Bind(2, rows);
        var lapsed = new List<long>();
        var (last, seen) = (0L, 0);
        while (select.Step())
        {
            (last, seen) = (select.Long(0), seen + 1);
            if (select.LongOrNull(1) <= now)
            {
                lapsed.Add(last);
            }
        }

        select.Reset();
        foreach (var id in lapsed)
        {
            _ = connection.Statement("DELETE FROM counters WHERE id = ?").Bind(1, id).Run();
            if (byId.Remove(id, out var counter))
            {
                _ = byKey.Remove(counter.Key);
            }
        }

        return seen == rows ? last : 0;
    }

    private void Write(StoredCounter counter)
    {
        var state = ArrayPool<byte>.Shared.Rent(counter.StateLength);
        counter.Save(state);
        _ = connection.Statement("UPDATE counters SET cap = ?, operator_cap = ?, spent = ?, held = ?, holds = ?, lapses_at = ?, soft_limits = ?, state = ? WHERE id = ?")
            .Bind(1, counter.Cap).Bind(2, counter.OperatorCap).Bind(3, counter.Spent).Bind(4, counter.Held).Bind(5, counter.Holds)
            .Bind(6, counter.LapsesAt).Bind(7, SoftLimitText.Of(counter.SoftLimits)).Bind(8, state.AsSpan(0, counter.StateLength)).Bind(9, counter.Id).Run();
        ArrayPool<byte>.Shared.Return(state);
    }

    private StoredCounter? ReadOne(Statement select, CounterKey? key)
    {
        try
        {
            if (!select.Step())
            {
                return null;
            }

            // Two zones of one name have one row; they are one counter here too.
            return byId.TryGetValue(select.Long(0), out var known) ? known : byId[select.Long(0)] = Read(select, key);
        }
        finally
        {
            select.Reset();
        }
    }

    private static StoredCounter Read(Statement row, CounterKey? key)
    {
        var counter = StoredCounter.Create(key ?? new CounterKey(row.Text(1), (Dimension)row.Long(2), StoredWindow.Find(row.Text(3))));
        counter.Id = row.Long(0);
        counter.Cap = row.Long(4);
        counter.OperatorCap = row.LongOrNull(5);
        counter.Holds = row.Long(6);
        counter.SoftLimits = SoftLimitText.Parse(row.TextOrNull(7));
        counter.Load(row.Blob(8));
        return counter;
    }
}
