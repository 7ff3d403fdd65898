namespace SafeLlm.Limits;

/// <summary>How full a limit is, in the unit of its dimension.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Spent">What is settled in the window.</param>
/// <param name="Held">What is held by attempts under way.</param>
/// <param name="ResetsAt">When a calendar window ends; null for rolling windows and for concurrent calls.</param>
public sealed record LimitState(Limit Limit, long Spent, long Held, DateTimeOffset? ResetsAt)
{
    /// <summary>Where nothing is free, when anything is again if no hold is closed; null otherwise, and where the store does not know.</summary>
    public DateTimeOffset? RoomAt { get; init; }

    /// <summary>What is free, never below 0.</summary>
    public long Free => Math.Max(0, Limit.Cap - Spent - Held);
}
