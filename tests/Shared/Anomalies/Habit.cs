namespace SafeLlm.Tests.Anomalies;

/// <summary>When somebody calls.</summary>
public enum Habit
{
    /// <summary>On weekdays, by day.</summary>
    Office,

    /// <summary>All day and night, more by day.</summary>
    Service,

    /// <summary>Hardly, but for twenty minutes of each night.</summary>
    Batch,

    /// <summary>Now and then.</summary>
    Sporadic,

    /// <summary>In sessions: an agent that calls every few seconds until its task is done.</summary>
    Agent,
}
