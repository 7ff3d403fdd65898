namespace SafeLlm.Limits;

/// <summary>A unit of the calendar in a time zone, right through daylight-saving changes.</summary>
/// <param name="Unit">Hour, day, week or month.</param>
/// <param name="Zone">The time zone.</param>
/// <param name="FirstDay">The day on which a week starts; has no meaning for the other units.</param>
public sealed record CalendarWindow(CalendarUnit Unit, TimeZoneInfo Zone, DayOfWeek FirstDay) : Window
{
    // The span that was asked for last: nearly every question is about the same one, and finding it walks the zone's rules.
    private volatile Run? last;

    /// <inheritdoc/>
    public override string Name => WindowNames.Of(this);

    /// <summary>The run of this window that contains an instant.</summary>
    /// <remarks>
    /// A day starts with the first instant whose local date is that day or later: where midnight is skipped, with the skip;
    /// where it comes twice, with the first. Hours are cut at full local hours, so one that comes twice is two hours.
    /// </remarks>
    public override WindowSpan SpanAt(DateTimeOffset instant)
    {
        var run = RunAt(instant.UtcTicks);
        return new WindowSpan(new DateTimeOffset(run.Start, TimeSpan.Zero), new DateTimeOffset(run.End, TimeSpan.Zero));
    }

    /// <summary>Whether both are the same stretch of time. The first day of the week matters for weeks only.</summary>
    public bool Equals(CalendarWindow? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Unit == other.Unit
            && (Unit != CalendarUnit.Week || FirstDay == other.FirstDay)
            && (ReferenceEquals(Zone, other.Zone) || Zone.Equals(other.Zone)));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Unit, Zone, Unit == CalendarUnit.Week ? FirstDay : default);

    /// <inheritdoc/>
    public override string ToString() => $"{Unit.ToString().ToLowerInvariant()} in {Zone.Id}";

    internal Run RunAt(long instant)
    {
        var run = last;
        if (run is null || instant < run.Start || instant >= run.End)
        {
            last = run = CalendarRuns.RunAt(this, instant);
        }

        return run;
    }

    /// <summary>A span in ticks of UTC; a class, so that it can be swapped whole.</summary>
    internal sealed record Run(long Start, long End);
}
