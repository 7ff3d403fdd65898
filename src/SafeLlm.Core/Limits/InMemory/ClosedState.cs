namespace SafeLlm.Limits.InMemory;

/// <summary>How a hold was closed, as far as a repeated question must be answered alike.</summary>
[Flags]
internal enum ClosedState : byte
{
    /// <summary>Not known.</summary>
    None = 0,

    Settled = 1,

    /// <summary>Given back whole by its owner.</summary>
    Released = 2,

    /// <summary>With <see cref="Settled"/>: more was used than was held.</summary>
    Overrun = 4,

    /// <summary>With <see cref="Settled"/>: after the lease had ended.</summary>
    Late = 8,
}
