namespace SafeLlm.Sqlite.Crash;

/// <summary>One instant for all processes and all rounds: no window passes while sums are compared.</summary>
internal sealed class FixedClock : TimeProvider
{
    public static DateTimeOffset Instant { get; } = new(2027, 6, 16, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Instant;
}
