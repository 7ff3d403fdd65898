using SafeLlm.Alerts;

namespace SafeLlm.Limits;

/// <summary>A share of a limit's cap at which somebody is told. It refuses nothing.</summary>
public sealed record SoftLimit
{
    /// <summary>A soft limit.</summary>
    /// <param name="percent">The share of the cap, from 1 to 100 percent.</param>
    /// <param name="severity">How much it matters.</param>
    /// <param name="message">What is said; the article's words ("50% of daily budget consumed") unless given. At most 256 characters.</param>
    /// <exception cref="ArgumentException">The share or the message is out of its range.</exception>
    public SoftLimit(int percent, AlertSeverity severity, string? message = null)
    {
        if (percent is < 1 or > 100)
        {
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "A soft limit is from 1 to 100 percent of the cap.");
        }

        if (message is { Length: 0 or > LongestMessage })
        {
            throw new ArgumentException($"The message of a soft limit has 1 to {LongestMessage} characters; this one has {message.Length}.", nameof(message));
        }

        Percent = percent;
        Severity = severity;
        Message = message;
    }

    private const int LongestMessage = 256;

    /// <summary>The share of the cap, in percent.</summary>
    public int Percent { get; }

    /// <summary>How much it matters.</summary>
    public AlertSeverity Severity { get; }

    /// <summary>What is said; null for the article's words.</summary>
    public string? Message { get; }
}
