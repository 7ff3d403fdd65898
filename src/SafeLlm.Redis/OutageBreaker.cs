namespace SafeLlm.Redis;

/// <summary>
/// Leaves a server alone after half of at least ten operations within two seconds have failed; then one operation may try, and
/// the answer to that decides. Thread-safe. Its own and no strategy of a pipeline, whose layers cost a call more than the protocol does.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="pause">For how long nothing is asked.</param>
internal sealed class OutageBreaker(TimeProvider time, TimeSpan pause)
{
    private const int FewestAnswers = 10;
    private static readonly TimeSpan Stretch = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private long stretchStart = time.GetTimestamp();
    private int answered;
    private int failed;

    // 0 while the server is asked; else the timestamp from which one operation may try.
    private long closedUntil;

    /// <summary>Whether an operation may be asked. Whoever is let through says what came of it.</summary>
    public bool TryEnter()
    {
        var until = Volatile.Read(ref closedUntil);
        if (until == 0) return true;
        var now = time.GetTimestamp();
        return now >= until && Interlocked.CompareExchange(ref closedUntil, After(now), until) == until;
    }

    /// <summary>The server answered so many operations.</summary>
    public void Answered(int operations = 1)
    {
        Interlocked.Add(ref answered, operations);
        if (Volatile.Read(ref closedUntil) != 0) Open();
    }

    /// <summary>The server did not answer so many operations, or refused them.</summary>
    public void Failed(int operations = 1)
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (closedUntil != 0) return;
            if (time.GetElapsedTime(stretchStart, now) > Stretch)
            {
                (stretchStart, failed) = (now, 0);
                Volatile.Write(ref answered, 0);
            }

            failed += operations;
            if (failed + Volatile.Read(ref answered) < FewestAnswers || failed < Volatile.Read(ref answered)) return;
            Volatile.Write(ref closedUntil, After(now));
        }
    }

    private void Open()
    {
        lock (gate)
        {
            (stretchStart, failed) = (time.GetTimestamp(), 0);
            Volatile.Write(ref answered, 0);
            Volatile.Write(ref closedUntil, 0);
        }
    }

    // Never 0, which says that the server is asked.
    private long After(long now) => Math.Max(1, now + (long)(pause.TotalSeconds * time.TimestampFrequency));
}
