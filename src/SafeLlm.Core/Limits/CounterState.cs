namespace SafeLlm.Limits;

/// <summary>A counter of a store as it stands now, for people and their tools.</summary>
/// <param name="Scope">Who is charged.</param>
/// <param name="Dimension">What is counted.</param>
/// <param name="Window">Over which time, by its <see cref="Limits.Window.Name"/>; null for concurrent calls.</param>
/// <param name="Cap">How much there is, in the dimension's unit: what an operator has set, else what the application said last.</param>
/// <param name="Spent">What is settled in the window.</param>
/// <param name="Held">What is held by attempts under way.</param>
public sealed record CounterState(string Scope, Dimension Dimension, string? Window, long Cap, long Spent, long Held)
{
    /// <summary>Whether an operator has set the cap.</summary>
    public bool IsSetByOperator { get; init; }

    /// <summary>What the application said last; 0 where it has not been heard of yet.</summary>
    public long ApplicationCap { get; init; }

    /// <summary>When a calendar window ends; null for others.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>Why nobody here can tell what is spent, held and free, such as a time zone that this machine does not know; null where that is told.</summary>
    public string? Fault { get; init; }

    /// <summary>What is free, never below 0.</summary>
    public long Free => Math.Max(0, Cap - Spent - Held);

    /// <summary>An amount in the unit of the dimension, for people.</summary>
    public string Show(long amount) => Limit.Of(Scope, Dimension, Window is null ? null : Limits.Window.Rolling(TimeSpan.FromHours(1)), 0).Show(amount);
}
