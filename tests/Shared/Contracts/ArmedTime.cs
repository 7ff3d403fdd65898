using Microsoft.Extensions.Time.Testing;

namespace SafeLlm.Tests.Contracts;

/// <summary>
/// A clock that knows how many timers wait for it. While fewer are armed than there are callers that wait, one of them has work to do,
/// and time must not run away from it however slow its thread is.
/// </summary>
internal sealed class ArmedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private int armed;

    /// <summary>Waits until as many are armed, or everything has ended.</summary>
    public async Task ArmedAsync(params Task[] waiting)
    {
        while (Volatile.Read(ref armed) < waiting.Count(task => !task.IsCompleted)) await Task.Yield();
    }

    /// <summary>Waits until as many are armed, or everything has ended, and then lets time pass.</summary>
    public async Task PassAsync(TimeSpan step, params Task[] waiting)
    {
        await ArmedAsync(waiting);
        Advance(step);
    }

    /// <summary>Lets time pass until the first has ended, while the others wait too.</summary>
    public async Task PassUntilAsync(Task end, TimeSpan step, params Task[] waiting)
    {
        for (var i = 0; !end.IsCompleted; i++)
        {
            Assert.True(i < 10_000, "It waits for ever.");
            await PassAsync(step, [end, .. waiting]);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var counted = new ArmedTimer(this);
        counted.Inner = base.CreateTimer(
            passed =>
            {
                counted.Disarm();
                callback(passed);
            },
            state,
            dueTime,
            period);

        // Once it stands: who lets time pass because of it must not do so before it can be passed.
        counted.Arm();
        return counted;
    }

    private sealed class ArmedTimer(ArmedTime time) : ITimer
    {
        private const int Armed = 1;
        private const int Disarmed = 2;

        private int phase;

        public ITimer? Inner { get; set; }

        public void Arm()
        {
            if (Interlocked.CompareExchange(ref phase, Armed, 0) == 0) Interlocked.Increment(ref time.armed);
        }

        public void Disarm()
        {
            if (Interlocked.Exchange(ref phase, Disarmed) == Armed) Interlocked.Decrement(ref time.armed);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException("A wait is armed once.");

        public void Dispose()
        {
            Disarm();
            Inner?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
