namespace SafeLlm.Tests.Interleaving;

/// <summary>A thread that runs only while it has the baton.</summary>
internal sealed class InterleavedThread(InterleavedSchedule schedule, int index)
{
    public int Index { get; } = index;

    public SemaphoreSlim Baton { get; } = new(0);

    public bool IsOver { get; set; }

    /// <summary>Whether it found a lock taken, and nobody has done anything since.</summary>
    public bool IsStuck { get; set; }

    public void Enter(Func<bool> tryEnter)
    {
        Point();
        while (!tryEnter())
        {
            IsStuck = true;
            schedule.Switch(this);
        }

        schedule.NoteProgress();
    }

    public void Point()
    {
        schedule.NoteProgress();
        schedule.Switch(this);
    }
}
