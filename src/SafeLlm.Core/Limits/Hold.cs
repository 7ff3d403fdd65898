namespace SafeLlm.Limits;

/// <summary>An amount set aside for one attempt under way.</summary>
public sealed record Hold
{
    // Ticks of UTC: half the size of an instant with its offset, and every call has a hold.
    private readonly long takenAt;
    private readonly long leaseEnds;

    /// <summary>A hold as its owner sees it.</summary>
    /// <param name="id">Names the hold: the operation's id.</param>
    /// <param name="amounts">What is set aside.</param>
    /// <param name="takenAt">The instant its amounts belong to, in every window.</param>
    /// <param name="leaseEnds">When it is closed if nobody does so before.</param>
    public Hold(string id, Amounts amounts, DateTimeOffset takenAt, DateTimeOffset leaseEnds)
        : this(id, amounts, takenAt.UtcTicks, leaseEnds.UtcTicks)
    {
    }

    internal Hold(string id, in Amounts amounts, long takenAt, long leaseEnds)
    {
        (Id, Amounts) = (id, amounts);
        (this.takenAt, this.leaseEnds) = (takenAt, leaseEnds);
    }

    /// <summary>Names the hold: the operation's id.</summary>
    public string Id { get; }

    /// <summary>What is set aside.</summary>
    public Amounts Amounts { get; }

    /// <summary>The instant its amounts belong to, in every window; in UTC.</summary>
    public DateTimeOffset TakenAt => new(takenAt, TimeSpan.Zero);

    /// <summary>When it is closed if nobody does so before; in UTC.</summary>
    public DateTimeOffset LeaseEnds
    {
        get => new(leaseEnds, TimeSpan.Zero);
        init => leaseEnds = value.UtcTicks;
    }
}
