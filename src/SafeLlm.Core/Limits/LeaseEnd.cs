namespace SafeLlm.Limits;

/// <summary>What becomes of a hold whose owner never closed it.</summary>
public enum LeaseEnd
{
    /// <summary>Charged in full: the attempt may have been billed.</summary>
    Charge,

    /// <summary>Released: the caller proved that nothing was sent.</summary>
    Release,
}
