using SafeLlm.Sqlite.Gate;
using SafeLlm.Sqlite.Journal;
using SafeLlm.Sqlite.Writing;

namespace SafeLlm.Sqlite.Files;

/// <summary>An open store file: one writer a process, however many clients and verifiers in it use the file.</summary>
internal sealed class StoreFile : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, StoreFile> Open = new(StringComparer.Ordinal);

    private readonly StoreWriter writer;
    private readonly StoreTerms terms;
    private readonly JournalKey journalKey;
    private int users;

    private StoreFile(string path, SqliteStoreOptions options, JournalKey journalKey)
    {
        Path = path;
        terms = StoreTerms.Of(options, journalKey);
        this.journalKey = journalKey;
        var gate = FairGate.Open(path);
        try
        {
            // Behind the gate: SQLite does not wait for its turn where a new file is given its log.
            var entered = gate.Enter(options.LockTimeout);
            try
            {
                writer = new StoreWriter(gate, () => StoreSession.Open(path, options, journalKey));
            }
            finally
            {
                if (entered)
                {
                    gate.Exit();
                }
            }
        }
        catch
        {
            gate.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Opens a file, or joins those in this process who have it open, on their terms.</summary>
    /// <exception cref="SqliteStoreException">It cannot be used.</exception>
    /// <exception cref="InvalidOperationException">It is open on other terms, or its journal is to be written and the journal's key is missing.</exception>
    public static StoreFile Use(string path, SqliteStoreOptions options, bool writesJournal)
    {
        var full = FullPath(path);
        var journalKey = JournalKey.Load(options.JournalKeyFile, options.JournalKeyVariable);
        lock (Gate)
        {
            if (Open.TryGetValue(full, out var file))
            {
                file.terms.ThrowIfOther(full, StoreTerms.Of(options, journalKey));
            }
            else
            {
                file = Open[full] = new StoreFile(full, options, journalKey);
            }

            file.users++;
            try
            {
                if (writesJournal)
                {
                    file.CheckJournalKey();
                }
            }
            catch
            {
                file.Dispose();
                throw;
            }

            return file;
        }
    }

    /// <summary>The file itself, where the path is a link to it.</summary>
    public static string FullPath(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            var file = new FileInfo(System.IO.Path.GetFullPath(path));
            return (file.LinkTarget is null ? null : file.ResolveLinkTarget(returnFinalTarget: true))?.FullName ?? file.FullName;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw StoreFaults.CannotOpen(path, failure);
        }
    }

    /// <summary>One user leaves; the last closes the file, after everything that is queued.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            if (--users == 0)
            {
                _ = Open.Remove(Path);
                writer.Dispose();
            }
        }
    }

    public Task<T> RunAsync<T>(bool isDurable, Func<StoreSession, T> run, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<T>(cancellationToken);
        }

        var work = new Work<T>(isDurable, run);
        work.GiveUpOn(cancellationToken);
        writer.Add(work);
        return work.Task;
    }

    // A reader of its own waits for no lock of whoever writes now.
    private void CheckJournalKey()
    {
        if (journalKey.Name is null)
        {
            using var connection = StoreConnection.OpenToRead(Path, Schema.Steps);
            JournalRows.CheckKey(Path, JournalRows.ReadHead(connection), journalKey);
        }
    }
}
