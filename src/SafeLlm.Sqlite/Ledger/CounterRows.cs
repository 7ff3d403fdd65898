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

    /// <summary>
    /// The counter of a row; null where it was dropped. False where its window is not known here, such as a time zone that another
    /// program made: nobody here can say what it counts, so it is left to those who can.
    /// </summary>
    public bool TryFind(long id, out StoredCounter? counter)
    {
        if (byId.TryGetValue(id, out counter))
        {
            return true;
        }

        var select = connection.Statement($"SELECT {Columns} FROM counters WHERE id = ?").Bind(1, id);
        try
        {
            if (!select.Step())
            {
                return true;
            }

            if (!StoredWindow.TryFind(select.Text(3), out var window))
            {
                return false;
            }

            counter = byId[id] = Read(select, new CounterKey(select.Text(1), (Dimension)select.Long(2), window));
            byKey[counter.Key] = counter;
            return true;
        }
        finally
        {
            select.Reset();
        }
    }

    /// <summary>Who is charged by the counter of a row, whether or not its window is known here; null where it was dropped.</summary>
    public string? ScopeOf(long id) => TextOf(connection.Statement("SELECT scope FROM counters WHERE id = ?"), id);

    /// <summary>What is told where the counter of a row is needed and its window is not known here.</summary>
    public SqliteStoreException Unknown(long id) =>
        StoreFaults.UnknownWindow(connection.Path, TextOf(connection.Statement("SELECT window FROM counters WHERE id = ?"), id));

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

    /// <summary>Every counter as it stands at an instant, by scope, dimension and window; for those who only read.</summary>
    public List<CounterState> ReadAll(long now)
    {
        var select = connection.Statement($"SELECT {Columns} FROM counters ORDER BY scope, dimension, window");
        var all = new List<CounterState>();
        while (select.Step())
        {
            all.Add(ReadState(select, now));
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

    private StoredCounter? ReadOne(Statement select, CounterKey key)
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

    private static CounterState ReadState(Statement row, long now)
    {
        var (scope, dimension, name) = (row.Text(1), (Dimension)row.Long(2), row.Text(3));
        var (cap, operatorCap) = (row.Long(4), row.LongOrNull(5));
        var state = new CounterState(scope, dimension, name.Length == 0 ? null : name, operatorCap ?? cap, 0, 0)
        {
            IsSetByOperator = operatorCap is not null,
            ApplicationCap = cap,
        };
        if (!StoredWindow.TryFind(name, out var window))
        {
            return state with { Fault = $"The window {name} is of a time zone that is not known here. Look where the application runs, or install the zone's data on this machine." };
        }

        var counter = Read(row, new CounterKey(scope, dimension, window));
        counter.Advance(now);
        return state with { Spent = counter.Spent, Held = counter.Held, ResetsAt = counter.ResetsAt };
    }

    private static string? TextOf(Statement select, long id)
    {
        var text = select.Bind(1, id).Step() ? select.Text(0) : null;
        select.Reset();
        return text;
    }

    private static StoredCounter Read(Statement row, CounterKey key)
    {
        var counter = StoredCounter.Create(key);
        counter.Id = row.Long(0);
        counter.Cap = row.Long(4);
        counter.OperatorCap = row.LongOrNull(5);
        counter.Holds = row.Long(6);
        counter.SoftLimits = SoftLimitText.Parse(row.TextOrNull(7));
        counter.Load(row.Blob(8));
        return counter;
    }
}
