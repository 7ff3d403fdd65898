using SafeLlm.Sqlite.Files;
using SafeLlm.Sqlite.Gate;

namespace SafeLlm.Sqlite.Writing;

/// <summary>
/// Writes a store file for its process, one transaction at a time. Who comes while nobody writes does so on their own thread: to
/// wake another and be woken by it takes half as long as the disk. What is queued meanwhile goes into the next transaction
/// together, on a thread of its own: many callers share one wait for the disk.
/// </summary>
internal sealed class StoreWriter : IDisposable
{
    // So that a turn at the gate stays short whatever is queued.
    private const int MostATurn = 256;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Func<StoreSession> open;
    private readonly FairGate gate;
    private readonly Queue<Work> queue = new();
    private readonly Timer watch;
    private readonly ManualResetEventSlim ended = new();

    // Whoever writes has these two to themselves.
    private readonly List<Work> turn = [];
    private StoreSession? session;

    private bool isWriting;
    private GateTurn? handedOver;
    private bool closing;

    /// <param name="gate">Owned from now on.</param>
    /// <param name="open">Opens the file; again only after a failure that the connection did not survive.</param>
    public StoreWriter(FairGate gate, Func<StoreSession> open)
    {
        this.gate = gate;
        this.open = open;
        session = open();
        watch = new Timer(_ => GoOnWithoutTurn());
        Start(Write);
    }

    public void Add(Work work)
    {
        lock (queue)
        {
            ObjectDisposedException.ThrowIf(closing, typeof(StoreFile));

            // A thread with a context of its own, such as a window's, is not kept.
            if (isWriting || queue.Count > 0 || SynchronizationContext.Current is not null)
            {
                queue.Enqueue(work);
                if (queue.Count == 1 && !isWriting)
                {
                    Monitor.Pulse(queue);
                }

                return;
            }

            isWriting = true;
        }

        WriteHere(work);
    }

    /// <summary>Carries out what is queued, and closes the file.</summary>
    public void Dispose()
    {
        lock (queue)
        {
            closing = true;
            Monitor.Pulse(queue);
        }

        ended.Wait();
        ended.Dispose();
        watch.Dispose();
    }

    private static void Start(ThreadStart run) => new Thread(run) { IsBackground = true, Name = "SafeLlm store" }.Start();

    // On the caller's thread. Where another process comes first, the wait for it is left to the thread.
    private void WriteHere(Work work)
    {
        GateTurn? waiting = null;
        try
        {
            if (work.TryStart())
            {
                turn.Add(work);
                var place = gate.Ask();
                if (place == GateTurn.Mine)
                {
                    RunTurn(place);
                }
                else
                {
                    waiting = place;
                }
            }
        }
        finally
        {
            lock (queue)
            {
                handedOver = waiting;
                isWriting = waiting is not null;
                if (isWriting || queue.Count > 0 || closing)
                {
                    Monitor.Pulse(queue);
                }
            }
        }
    }

    private void Write()
    {
        while (TakeOver() is { } place)
        {
            if (place == GateTurn.Queued)
            {
                _ = watch.Change(Patience, Timeout.InfiniteTimeSpan);
                place = gate.Wait();
                if (place == GateTurn.Abandoned)
                {
                    return;
                }

                _ = watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }

            WriteQueued(place);
        }

        session?.Dispose();
        gate.Dispose();
        ended.Set();
    }

    // The thread is kept in the system by another process that does not let go: a new one takes its place.
    private void GoOnWithoutTurn()
    {
        if (gate.Abandon())
        {
            Start(() =>
            {
                WriteQueued(GateTurn.None);
                Write();
            });
        }
    }

    /// <summary>Waits until there is something to write and nobody writes. Where that stands at the gate; null at the end.</summary>
    private GateTurn? TakeOver()
    {
        lock (queue)
        {
            while (handedOver is null && (isWriting || queue.Count == 0))
            {
                if (closing && !isWriting)
                {
                    return null;
                }

                _ = Monitor.Wait(queue);
            }

            isWriting = true;
            if (handedOver is { } place)
            {
                handedOver = null;
                return place;
            }
        }

        return gate.Ask();
    }

    private void WriteQueued(GateTurn place)
    {
        lock (queue)
        {
            while (turn.Count < MostATurn && queue.TryDequeue(out var work))
            {
                if (work.TryStart())
                {
                    turn.Add(work);
                }
            }
        }

        RunTurn(place);
        lock (queue)
        {
            isWriting = false;
        }
    }

    private void RunTurn(GateTurn place)
    {
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
            if (place == GateTurn.Mine)
            {
                gate.Exit();
            }
        }

        foreach (var work in turn)
        {
            work.Complete();
        }

        turn.Clear();
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
