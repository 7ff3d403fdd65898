namespace SafeLlm.Alerts;

/// <summary>What an alert is about. Stored by its name: members are added, never renamed.</summary>
public enum AlertKind
{
    /// <summary>A soft limit was reached: a share of a limit's cap is spent.</summary>
    BudgetShare,

    /// <summary>An attempt used more than was held for it.</summary>
    Overrun,

    /// <summary>A signing key expires soon.</summary>
    KeyExpiry,

    /// <summary>A key was frozen.</summary>
    KeyFrozen,

    /// <summary>A network or a key was locked out after failures.</summary>
    LockOut,

    /// <summary>Usage left its baseline.</summary>
    Anomaly,

    /// <summary>A store does not answer.</summary>
    StoreFailure,
}
