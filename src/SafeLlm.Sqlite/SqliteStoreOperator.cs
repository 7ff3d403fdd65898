using System.Globalization;
using SafeLlm.Limits;
using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Ledger;
using SafeLlm.Sqlite.Writing;

namespace SafeLlm.Sqlite;

/// <summary>
/// What an operator may change in a store file while applications use it. Every change is on the disk before it is answered,
/// counts from the next hold on in every process, and is a line of the journal in the same transaction.
/// </summary>
public sealed class SqliteStoreOperator : IStoreOperator
{
    private readonly StoreUse use;
    private readonly TimeProvider time;
    private readonly string name;

    /// <summary>Opens a store file, and makes it where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="name">Who it is that acts, for the journal; at most 512 characters.</param>
    /// <param name="options">How it is used; the defaults unless given. The journal's key belongs to it.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used.</exception>
    public SqliteStoreOperator(string path, TimeProvider time, string name, SqliteStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        this.time = time;
        this.name = name;
        use = new StoreUse(path, options, writesJournal: true);
    }

    /// <summary>Sets the cap of a counter in the place of the application's. Below what is used, nothing is admitted until usage is below it.</summary>
    /// <param name="limit">The counter, and its new cap.</param>
    /// <param name="cancellationToken">Gives it up while it waits for its turn.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used now; nothing was changed.</exception>
    public async ValueTask SetCapAsync(Limit limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limit);
        _ = await use.File.RunAsync(
            true,
            session =>
            {
                var counter = session.Counters.Find(CounterKey.Of(limit)) ?? session.Counters.Add(CounterKey.Of(limit));
                counter.OperatorCap = limit.Cap;
                session.Counters.Changed(counter);
                return Note(session, $"budget set {limit.CounterName} {limit.Show(limit.Cap)}");
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a counter the application's cap back. False where no operator had set one.</summary>
    /// <param name="limit">The counter; its cap does not matter.</param>
    /// <param name="cancellationToken">Gives it up while it waits for its turn.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used now; nothing was changed.</exception>
    public async ValueTask<bool> ClearCapAsync(Limit limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return await use.File.RunAsync(
            true,
            session =>
            {
                if (session.Counters.Find(CounterKey.Of(limit)) is not { OperatorCap: not null } counter)
                {
                    return false;
                }

                counter.OperatorCap = null;
                session.Counters.Changed(counter);
                return Note(session, $"budget clear {limit.CounterName}");
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Forgets what is spent in the present window of a counter. What is held stays held. What was spent before; null where nothing
    /// counts. Of what leases charged before, late settles give nothing back: it is not there any more.
    /// </summary>
    /// <param name="limit">The counter; its cap does not matter.</param>
    /// <param name="cancellationToken">Gives it up while it waits for its turn.</param>
    /// <exception cref="SqliteStoreException">The file cannot be used now; nothing was changed.</exception>
    public async ValueTask<long?> ResetAsync(Limit limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limit);
        return await use.File.RunAsync<long?>(
            true,
            session =>
            {
                var now = time.GetUtcNow().UtcTicks;
                session.Upkeep.Touch(now);
                if (session.Ledger.Reset(CounterKey.Of(limit), now) is not { } spent)
                {
                    return null;
                }

                _ = Note(session, $"budget reset {limit.CounterName}, {limit.Show(spent)} spent");
                return spent;
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the file, unless others in this process use it.</summary>
    public void Dispose() => use.Dispose();

    private bool Note(StoreSession session, string action)
    {
        var now = time.GetUtcNow();
        return session.Journal.Append(
            new JournalEntry
            {
                Id = string.Create(CultureInfo.InvariantCulture, $"operator.{session.Journal.Head.Number + 1}"),
                At = now,
                Outcome = JournalOutcome.OperatorAction,
                Action = action,
                Operator = name,
            },
            now.UtcTicks);
    }
}
