namespace SafeLlm.Limits;

/// <summary>A limit that had no room, with the numbers behind it, in the unit of its dimension.</summary>
/// <param name="Limit">The limit.</param>
/// <param name="Asked">What the attempt asked for.</param>
/// <param name="Spent">What is settled in the window.</param>
/// <param name="Held">What is held by attempts under way.</param>
/// <param name="RoomAt">When enough becomes free if nothing else is taken; null where it never does or where it hangs on open holds alone.</param>
public sealed record LimitDenial(Limit Limit, long Asked, long Spent, long Held, DateTimeOffset? RoomAt)
{
    /// <summary>What is free, never below 0.</summary>
    public long Free => Math.Max(0, Limit.Cap - Spent - Held);
}
