namespace SafeLlm.Limits.InMemory;

/// <summary>Where a remembered hold stands. One that its owner has closed is remembered by its id only.</summary>
internal enum HoldPhase : byte
{
    Open,

    /// <summary>Its lease ended and it was charged in full; a late settle may still correct that.</summary>
    Charged,

    /// <summary>Its lease ended and it was given back; a late settle may still correct that.</summary>
    Released,
}
