namespace SafeLlm.Tests.Interleaving;

/// <summary>
/// Runs several threads one at a time and decides by a seed, at every point, which one goes on. The same seed is the same
/// interleaving, so that one that fails can be looked at again.
/// </summary>
public sealed class InterleavedSchedule
{
    private readonly Random random;
    private readonly int switchPercent;
    private readonly List<Exception> failures = [];
    private InterleavedThread[] threads = [];
    private bool isDeadlocked;

    public InterleavedSchedule(int seed)
    {
        random = new Random(seed);

        // Some schedules switch at nearly every point, some rarely: bugs of few and of many switches are both found.
        switchPercent = random.Next(5, 95);
    }

    /// <summary>How many points there were.</summary>
    public int Points { get; private set; }

    /// <summary>Runs the bodies to their ends.</summary>
    /// <exception cref="AggregateException">A body threw, or all of them waited for each other.</exception>
    public void Run(params Action[] bodies)
    {
        threads = [.. bodies.Select((_, i) => new InterleavedThread(this, i))];
        var running = threads.Zip(bodies, Start).ToArray();
        threads[random.Next(threads.Length)].Baton.Release();
        foreach (var thread in running) thread.Join();
        if (failures.Count > 0) throw new AggregateException(failures);
    }

    internal void NoteProgress()
    {
        foreach (var thread in threads) thread.IsStuck = false;
    }

    /// <summary>Gives the baton to whoever is to go on.</summary>
    internal void Switch(InterleavedThread from)
    {
        Points++;
        if (!from.IsStuck && !from.IsOver && random.Next(100) >= switchPercent) return;
        var able = Array.FindAll(threads, thread => !thread.IsOver && !thread.IsStuck);
        if (able.Length == 0)
        {
            if (from.IsOver && Array.TrueForAll(threads, thread => thread.IsOver)) return;
            isDeadlocked = true;
            able = Array.FindAll(threads, thread => !thread.IsOver);
        }

        var next = able[random.Next(able.Length)];
        if (next != from)
        {
            next.Baton.Release();
            if (from.IsOver) return;
            from.Baton.Wait();
        }

        if (isDeadlocked) throw new InvalidOperationException("All threads wait for each other's locks.");
    }

    private Thread Start(InterleavedThread thread, Action body)
    {
        var running = new Thread(() =>
        {
            Interleaving.Current = thread;
            thread.Baton.Wait();
            try
            {
                body();
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }

            // From here on its locks are its own again: what it still holds is being given up.
            Interleaving.Current = null;
            thread.IsOver = true;
            NoteProgress();
            try
            {
                Switch(thread);
            }
            catch (InvalidOperationException)
            {
                // Told by the threads that were stuck.
            }
        })
        {
            IsBackground = true,
        };
        running.Start();
        return running;
    }
}
