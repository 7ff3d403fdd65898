namespace SafeLlm.Alerts;

/// <summary>How much an alert matters: the article's three levels, lowest first.</summary>
public enum AlertSeverity
{
    /// <summary>Look at it when you can.</summary>
    Warning,

    /// <summary>Look at it soon.</summary>
    Critical,

    /// <summary>The end is reached: calls are being refused.</summary>
    Limit,
}
