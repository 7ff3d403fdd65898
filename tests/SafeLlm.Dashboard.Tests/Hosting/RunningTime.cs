namespace SafeLlm.Dashboard.Tests;

/// <summary>A clock that runs as the real one does, from noon of a fixed day: no test meets the end of a day.</summary>
internal sealed class RunningTime(DateTimeOffset start) : TimeProvider
{
    private readonly long began = System.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => start + System.GetElapsedTime(began);
}
