namespace SafeLlm.Sqlite.Ledger;

/// <summary>Where a hold stands, as a number in the file. One that its owner has closed is remembered for a day, for repeated questions.</summary>
[Flags]
internal enum HoldPhases
{
    Open = 0,

    /// <summary>Its lease ended and it was charged in full; a late settle may still correct that.</summary>
    Charged = 1,

    /// <summary>Its lease ended and it was given back; a late settle may still correct that.</summary>
    Released = 2,

    /// <summary>Its owner has closed it. The schema's indexes know this number.</summary>
    Closed = 4,

    /// <summary>With <see cref="Closed"/>: by a settle.</summary>
    Settled = 8,

    /// <summary>With <see cref="Closed"/>: given back whole.</summary>
    GivenBack = 16,

    /// <summary>With <see cref="Settled"/>: more was used than was held.</summary>
    Overrun = 32,

    /// <summary>With <see cref="Settled"/>: after the lease had ended.</summary>
    Late = 64,
}
