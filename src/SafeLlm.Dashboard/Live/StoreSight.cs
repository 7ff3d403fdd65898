using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>What was seen of a store.</summary>
/// <param name="Trouble">Why nothing was, for people; null where something was.</param>
internal sealed record StoreSight(string? Trouble)
{
    public IReadOnlyList<CounterState> Counters { get; init; } = [];

    public IReadOnlyList<OpenHold> Holds { get; init; } = [];

    /// <summary>The last 60 minutes, oldest first.</summary>
    public IReadOnlyList<ModelMinute?> Models { get; init; } = [];

    /// <summary>The alerts that the store remembers, newest first.</summary>
    public IReadOnlyList<Alert> Alerts { get; init; } = [];
}
