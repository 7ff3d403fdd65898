namespace SliceSimulator;

/// <summary>A region with a ledger of its own.</summary>
internal sealed class Region
{
    /// <summary>What is left of its slice.</summary>
    public int Left { get; set; }

    /// <summary>The number of its lease: it has one after another.</summary>
    public int Lease { get; set; }

    /// <summary>The slice that it has leased last.</summary>
    public int Slice { get; set; }
}
