namespace SafeLlm.Dashboard;

/// <summary>Whether a key lives, in the order in which an operator looks at them.</summary>
internal enum KeyState
{
    /// <summary>Frozen until somebody has looked at it.</summary>
    Frozen,

    /// <summary>It lives.</summary>
    Live,

    /// <summary>Its life begins later.</summary>
    NotYet,

    /// <summary>Its life is over.</summary>
    Expired,

    /// <summary>Revoked for good.</summary>
    Revoked,
}
