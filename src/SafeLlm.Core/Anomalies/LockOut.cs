namespace SafeLlm.Anomalies;

/// <summary>Somebody who has to wait: a network whose signatures do not verify, or a key that is frozen for a while.</summary>
/// <param name="Scope">Who: <c>network:203.0.113.0/24</c>, <c>key:k1</c>.</param>
/// <param name="Until">Until when.</param>
public readonly record struct LockOut(string Scope, DateTimeOffset Until);
