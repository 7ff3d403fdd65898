namespace SafeLlm.AspNetCore;

/// <summary>Caps on what is used. What is not set does not limit.</summary>
public class SafeLlmLimitOptions
{
    /// <summary>Requests in any 60 seconds.</summary>
    public long? RequestsPerMinute { get; set; }

    /// <summary>Tokens in and out, in any 60 minutes.</summary>
    public long? TokensPerHour { get; set; }

    /// <summary>Tokens in and out, in a day.</summary>
    public long? TokensPerDay { get; set; }

    /// <summary>US dollars in a day.</summary>
    public decimal? DollarsPerDay { get; set; }

    /// <summary>Calls that may be open at the same time.</summary>
    public long? ConcurrentCalls { get; set; }
}
