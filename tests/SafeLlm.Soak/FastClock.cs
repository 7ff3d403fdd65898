namespace SafeLlm.Soak;

/// <summary>A wall clock that runs ten times as fast: what is kept for minutes comes and goes within a round. Timers keep the real time.</summary>
internal sealed class FastClock : TimeProvider
{
    private const int Factor = 10;

    private readonly DateTimeOffset start = System.GetUtcNow();
    private readonly long startedOn = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + (System.GetElapsedTime(startedOn) * Factor);
}
