using Microsoft.Extensions.Time.Testing;

namespace SafeLlm.Tests.Fakes;

/// <summary>A clock that only tests move, and that knows whether somebody waits for it to move: a pause, rather than a time-out.</summary>
internal sealed class WatchedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private int pauses;

    /// <summary>How many pauses are under way. Timers that cut something off do not count: nobody waits for those.</summary>
    public int Pauses => Volatile.Read(ref pauses);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Task.Delay hands its own task to the timer; time-outs of a CancellationTokenSource and of leases hand something else.
        if (state is not Task) return base.CreateTimer(callback, state, dueTime, period);

        var pause = new Pause(this);
        pause.Begin(base.CreateTimer(
            given =>
            {
                pause.End();
                callback(given);
            },
            state,
            dueTime,
            period));
        return pause;
    }

    private sealed class Pause(WatchedTime time) : ITimer
    {
        private const int Begun = 1;
        private const int Ended = 2;

        private ITimer? inner;
        private int phase;

        // Counted once its timer stands: who moves the clock because of it must not move it before the wait has begun.
        public void Begin(ITimer timer)
        {
            inner = timer;
            if (Interlocked.CompareExchange(ref phase, Begun, 0) == 0) Interlocked.Increment(ref time.pauses);
        }

        public void End()
        {
            if (Interlocked.Exchange(ref phase, Ended) == Begun) Interlocked.Decrement(ref time.pauses);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period) => inner!.Change(dueTime, period);

        public void Dispose()
        {
            End();
            inner?.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
