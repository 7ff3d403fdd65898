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

    private readonly FileStream file;
    private readonly IByteLocks? locks;
    private readonly SemaphoreSlim asked = new(0);
    private readonly SemaphoreSlim arrived = new(0);
    private Thread? waiter;
    private long before;
    private long mine;
    private int turn;
    private volatile bool broken;

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
            return new FairGate(file, OperatingSystem.IsWindows() ? new WindowsByteLocks(file.SafeFileHandle) : UnixByteLocks.Create(file.SafeFileHandle));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Files.StoreFaults.CannotOpen(path + "-gate", failure);
        }
    }

    /// <summary>Waits for its turn, at most for the patience. Whether it is its turn; if not, go on all the same, without <see cref="Exit"/>.</summary>
    public bool Enter(TimeSpan patience)
    {
        // Still queued for a turn that did not come in time: the thread that waits for it has the locks to itself.
        if (locks is null || broken || Volatile.Read(ref turn) != Turn.None)
        {
            return false;
        }

        try
        {
            return Queue(patience);
        }
        catch (IOException)
        {
            // The file system does not take locks, or has no room for eight bytes: what the gate is good for is lost, no more.
            broken = true;
            return false;
        }
    }

    public void Exit() => locks!.Unlock(Byte(mine));

    /// <summary>Lets go of everything. A thread that still waits in the system does so until its turn comes, and ends.</summary>
    public void Dispose()
    {
        broken = true;
        asked.Release();
        file.Dispose();
    }

    private static long Byte(long number) => FirstNumber + (number % Numbers);

    private bool Queue(TimeSpan patience)
    {

        before = -1;
        if (locks!.TryLock(Door))
        {
            Draw();
            if (locks.TryLock(Byte(before)))
            {
                locks.Unlock(Byte(before));
                return true;
            }
        }

        Volatile.Write(ref turn, Turn.Waiting);
        StartWaiter();
        asked.Release();
        if (!arrived.Wait(patience))
        {
            if (Interlocked.CompareExchange(ref turn, Turn.Abandoned, Turn.Waiting) == Turn.Waiting)
            {
                return false;
            }

            // It came at the last moment; so does the signal.
            arrived.Wait();
        }

        Volatile.Write(ref turn, Turn.None);
        return !broken;
    }

    // A thread of its own: it may be kept waiting by another process, and the pool shall not.
    private void StartWaiter()
    {
        if (waiter is null)
        {
            waiter = new Thread(Wait) { IsBackground = true, Name = "SafeLlm gate" };
            waiter.Start();
        }
    }

    private void Wait()
    {
        for (asked.Wait(); !broken; asked.Wait())
        {
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
            catch (Exception failure) when (failure is IOException or ObjectDisposedException)
            {
                broken = true;
            }

            if (Interlocked.CompareExchange(ref turn, Turn.Mine, Turn.Waiting) == Turn.Waiting)
            {
                arrived.Release();
            }
            else
            {
                if (!broken)
                {
                    Exit();
                }

                Volatile.Write(ref turn, Turn.None);
            }
        }
    }

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

    private static class Turn
    {
        public const int None = 0;
        public const int Waiting = 1;
        public const int Mine = 2;
        public const int Abandoned = 3;
    }
}
