namespace SafeLlm.Dashboard;

/// <summary>What an operator does to a key.</summary>
internal enum KeyAction
{
    /// <summary>Refuse it until somebody has looked at it.</summary>
    Freeze,

    /// <summary>Let it pass again.</summary>
    Thaw,

    /// <summary>Refuse it for good.</summary>
    Revoke,
}
