namespace SliceSimulator;

/// <summary>What a day is like.</summary>
internal sealed record DaySetup
{
    /// <summary>What the parent has for the day, in calls of equal cost.</summary>
    public const int Budget = 10_000;

    /// <summary>How many calls are asked for, over all regions: more than there is.</summary>
    public const int Asked = 16_000;

    /// <summary>How many regions lease from the parent.</summary>
    public const int Regions = 8;

    /// <summary>How many calls a region leases at a time.</summary>
    public required int Slice { get; init; }

    /// <summary>How often a region crashes in the day, over all regions.</summary>
    public required int Crashes { get; init; }

    /// <summary>Whether a region that crashed has lost its ledger, so that it spends a slice again that it had spent.</summary>
    public required bool IsStoreLost { get; init; }

    /// <summary>After how many further calls of all regions the parent ends the lease of a region that crashed.</summary>
    public int LeaseLength { get; init; } = Asked / 96;
}
