using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Gate;

namespace SafeLlm.Sqlite.Writing;

/// <summary>
/// The one thread of a process that writes a store file. What is queued while it commits goes into the next transaction
/// together: many callers share one wait for the disk.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    // So that a turn at the gate stays short whatever is queued.
    private const int MostATurn = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Func<StoreSession> open;
    private readonly FairGate gate;
    private readonly Queue<Work> queue = new();
    private readonly List<Work> turn = [];
    private readonly Thread thread;
    private StoreSession? session;
    private bool closing;

    /// <param name="gate">Owned from now on.</param>
    /// <param name="open">Opens the file; again only after a failure that the connection did not survive.</param>
    public StoreWriter(FairGate gate, Func<StoreSession> open)
    {
        this.gate = gate;
        this.open = open;
        session = open();
        thread = new Thread(Write) { IsBackground = true, Name = "SafeLlm store" };
        thread.Start();
    }

    public void Add(Work work)
    {
        lock (queue)
        {
            ObjectDisposedException.ThrowIf(closing, typeof(StoreFile));
            queue.Enqueue(work);
            if (queue.Count == 1)
            {
                Monitor.Pulse(queue);
            }
        }
    }

    /// <summary>Carries out what is queued, and closes the file.</summary>
    public void Dispose()
    {
        lock (queue)
        {
            closing = true;
            Monitor.Pulse(queue);
        }

        thread.Join();
    }

    private void Write()
    {
        while (TakeTurn())
        {
            RunTurn();
            turn.Clear();
        }

        session?.Dispose();
        gate.Dispose();
    }

    private bool TakeTurn()
    {
        lock (queue)
        {
            while (queue.Count == 0)
            {
                if (closing)
                {
                    return false;
                }

                _ = Monitor.Wait(queue);
            }

            while (turn.Count < MostATurn && queue.TryDequeue(out var work))
            {
                if (work.TryStart())
                {
                    turn.Add(work);
                }
            }

            return true;
        }
    }

    private void RunTurn()
    {
        var entered = gate.Enter(Patience);
        try
        {
            while (turn.Count > 0 && TryRun() is { } failed)
            {
                // One operation's own fault is not the others': they run again without it.
                turn.RemoveAt(failed);
            }
        }
        finally
        {
            if (entered)
            {
                gate.Exit();
            }
        }

        foreach (var work in turn)
        {
            work.Complete();
        }
    }

    // Null where all is committed, or all has failed; else the place of the one that has failed by itself.
    private int? TryRun()
    {
        var at = -1;
        try
        {
            session ??= open();
            session.Begin(turn.Exists(work => work.IsDurable));
            for (at = 0; at < turn.Count; at++)
            {
                turn[at].Run(session);
            }

            session.Commit();
            return null;
        }
        catch (Exception failure)
        {
            Rollback();
            if (at >= 0 && at < turn.Count && failure is not SqliteStoreException { Fault: not SqliteStoreFault.Other })
            {
                turn[at].Fail(failure);
                return at;
            }

            foreach (var work in turn)
            {
                work.Fail(failure);
            }

            turn.Clear();
            return null;
        }
    }

    private void Rollback()
    {
        try
        {
            session?.Rollback();
        }
        catch (SqliteStoreException)
        {
            // The connection is of no use any more; closing it rolls back. The failure behind it is told to the callers.
            session?.Dispose();
            session = null;
        }
    }
}
