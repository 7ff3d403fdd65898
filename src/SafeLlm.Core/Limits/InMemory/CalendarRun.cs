namespace SafeLlm.Limits.InMemory;

/// <summary>What a calendar counter remembers of a run that is not the present one. Few counters have any.</summary>
internal sealed class CalendarRun(long start)
{
    /// <summary>The highest share that was told; a field, so that it can be changed where it stands.</summary>
    public byte Told;

    public long Start { get; } = start;

    public long Spent { get; set; }

    public long Held { get; set; }

    public CalendarRun? Next { get; set; }
}
