using Microsoft.Extensions.Time.Testing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>
/// A clock that jumps over short waits: whoever sets a timer of up to five minutes is woken at once, and it is then that much
/// later for everybody. The time-outs of whole calls are longer and stay asleep.
/// </summary>
internal sealed class SkippingTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private readonly Lock jumping = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime <= Longest) ThreadPool.UnsafeQueueUserWorkItem(_ => Jump(dueTime), null);
        return timer;
    }

    /// <summary>One jump at a time: of two at once the base class may leave a sleeper of the second asleep.</summary>
    public void Jump(TimeSpan by)
    {
        lock (jumping) Advance(by);
    }
}
