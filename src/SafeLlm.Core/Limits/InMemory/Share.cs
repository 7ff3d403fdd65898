namespace SafeLlm.Limits.InMemory;

/// <summary>A hold's part at one counter. Fields, so that they are filled where they stand: a reference that is written twice is told to the collector twice.</summary>
internal struct Share
{
    public Counter Counter;

    /// <summary>Where in the counter the amount belongs.</summary>
    public long Slot;

    /// <summary>How much was set aside.</summary>
    public long Held;
}
