using System.Buffers.Binary;

namespace SafeLlm.Sqlite.Gate;

/// <summary>
/// Lets the processes that write one file take turns, in the order in which they asked. SQLite alone is not fair: who has
/// just let go takes its lock again before a sleeping waiter wakes, and starves it for seconds.
/// </summary>
/// <remarks>
/// A queue in the file beside the store. Who asks draws the next number while it holds the byte <see cref="Door"/>, locks the
/// byte of its own number and then waits for the byte of the number before: the system wakes exactly the next one, without
/// polling, and lets the bytes of a killed process go. Where one dies while it waits, two may believe that it is their turn;
/// where one does not let go in time, the others go on without the gate. That costs fairness for a moment and nothing else:
/// SQLite's own lock is what keeps writers apart.
/// </remarks>
internal sealed class FairGate : IDisposable
{
    private const long Door = 16;
    private const long FirstNumber = 64;
    private const long Numbers = 1 << 16;

    /// <summary>After a failure of the locks, so many turns go without the gate before it is tried again.</summary>
    internal const int TurnsWithout = 1_000;

    private readonly FileStream file;
    private readonly IByteLocks? locks;
    private long before;
    private long mine;
    private int queued;
    private int without;
    private volatile bool closed;

    internal FairGate(FileStream file, IByteLocks? locks)
    {
        this.file = file;
        this.locks = locks;
    }

    /// <summary>Opens the gate of a store file. Where the system has no such locks it is always open.</summary>
    public static FairGate Open(string path)
    {
        try
        {
            var file = Files.NewFile.Open(path + "-gate", FileMode.OpenOrCreate);
            return new FairGate(file, IByteLocks.Of(file.SafeFileHandle));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Files.StoreFaults.CannotOpen(path + "-gate", failure);
        }
    }

    /// <summary>
    /// Asks for its turn, and never waits: <see cref="GateTurn.Mine"/>, with <see cref="Exit"/> afterwards;
    /// <see cref="GateTurn.Queued"/>, with <see cref="Wait"/> on whatever thread; or <see cref="GateTurn.None"/>.
    /// </summary>
    public GateTurn Ask()
    {
        // Still queued for a turn that did not come in time: the thread that waits for it has the locks to itself.
        if (locks is null || closed || Volatile.Read(ref queued) != Queue.Empty)
        {
            return GateTurn.None;
        }

        if (Volatile.Read(ref without) > 0)
        {
            _ = Interlocked.Decrement(ref without);
            return GateTurn.None;
        }

        try
        {
            before = -1;
            if (locks.TryLock(Door))
            {
                Draw();
                if (locks.TryLock(Byte(before)))
                {
                    locks.Unlock(Byte(before));
                    return GateTurn.Mine;
                }
            }
        }
        catch (IOException)
        {
            GoWithout();
            return GateTurn.None;
        }

        Volatile.Write(ref queued, Queue.Waiting);
        return GateTurn.Queued;
    }

    /// <summary>
    /// Waits in the system, on this thread, until it is its turn: the system wakes whoever waits there, with nobody in between.
    /// That cannot be cut short; where it lasts too long, another thread says <see cref="Abandon"/> and goes on.
    /// </summary>
    public GateTurn Wait()
    {
        var failed = false;
        try
        {
            if (before < 0)
            {
                locks!.Lock(Door);
                Draw();
            }

            locks!.Lock(Byte(before));
            locks.Unlock(Byte(before));
        }
        catch (IOException)
        {
            failed = true;
            GoWithout();
        }
        catch (ObjectDisposedException)
        {
            failed = true;
        }

        if (Interlocked.CompareExchange(ref queued, Queue.Empty, Queue.Waiting) == Queue.Waiting)
        {
            return failed || closed ? GateTurn.None : GateTurn.Mine;
        }

        try
        {
            Exit();
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile, and with the file went the lock.
        }

        Volatile.Write(ref queued, Queue.Empty);
        return GateTurn.Abandoned;
    }

    /// <summary>Whether somebody was still waiting: whose turn it is when it comes, it is given back, and until then the gate is of no use here.</summary>
    public bool Abandon() => Interlocked.CompareExchange(ref queued, Queue.Abandoned, Queue.Waiting) == Queue.Waiting;

    /// <summary>Waits for its turn, at most for the patience. Whether it is its turn; if not, go on all the same, without <see cref="Exit"/>.</summary>
    public bool Enter(TimeSpan patience)
    {
        var turn = Ask();
        if (turn == GateTurn.Queued)
        {
            // A thread of its own: it may be kept waiting by another process, and the pool shall not.
            var waiting = Task.Factory.StartNew(Wait, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            turn = !waiting.Wait(patience) && Abandon() ? GateTurn.Abandoned : waiting.GetAwaiter().GetResult();
        }

        return turn == GateTurn.Mine;
    }

    public void Exit() => locks!.Unlock(Byte(mine));

    /// <summary>Lets go of everything. A thread that still waits in the system does so until its turn comes.</summary>
    public void Dispose()
    {
        closed = true;
        file.Dispose();
    }

    // The file system does not take locks, or has no room for eight bytes: what the gate is good for is lost for now, no more. Who
    // waits for the own number must not wait for a turn that does not come.
    private void GoWithout()
    {
        Volatile.Write(ref without, TurnsWithout);
        try
        {
            locks!.Unlock(Byte(mine));
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile, and with the file went the lock.
        }
    }

    private static long Byte(long number) => FirstNumber + (number % Numbers);

    // Behind the door. The byte of the own number is free: so many never wait.
    private void Draw()
    {
        Span<byte> bytes = stackalloc byte[8];
        bytes.Clear();
        try
        {
            _ = RandomAccess.Read(file.SafeFileHandle, bytes, 0);
            before = BinaryPrimitives.ReadInt64LittleEndian(bytes) & long.MaxValue;
            mine = before == long.MaxValue ? 1 : before + 1;
            _ = locks!.TryLock(Byte(mine));
            BinaryPrimitives.WriteInt64LittleEndian(bytes, mine);
            RandomAccess.Write(file.SafeFileHandle, bytes, 0);
        }
        finally
        {
            locks!.Unlock(Door);
        }
    }

    private static class Queue
    {
        public const int Empty = 0;
        public const int Waiting = 1;
        public const int Abandoned = 2;
    }
}
