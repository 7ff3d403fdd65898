namespace SafeLlm.Alerts;

/// <summary>An alert that waits for its delivery.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Attempt">How often it was handed out, this time included.</param>
public sealed record PendingAlert(Alert Alert, int Attempt);
