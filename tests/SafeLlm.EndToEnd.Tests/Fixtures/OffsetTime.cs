namespace SafeLlm.EndToEnd.Tests;

/// <summary>A clock that runs with another one and is wrong by the same amount always.</summary>
internal sealed class OffsetTime(TimeProvider right, TimeSpan offset) : TimeProvider
{
    public override long TimestampFrequency => right.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + offset;

    public override long GetTimestamp() => right.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => right.CreateTimer(callback, state, dueTime, period);
}
