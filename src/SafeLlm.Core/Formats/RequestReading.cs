namespace SafeLlm.Formats;

/// <summary>What reading a request came to.</summary>
public abstract record RequestReading
{
    private RequestReading()
    {
    }

    /// <summary>A call to a model, with its facts.</summary>
    public sealed record Call(CallFacts Facts) : RequestReading;

    /// <summary>A route that spends no tokens (lists of models, files): passes as one request.</summary>
    public sealed record Passage(string Route) : RequestReading
    {
        /// <summary>The model that a counting route is asked about; null for other routes, and where the request names none.</summary>
        public string? Model { get; init; }
    }

    /// <summary>A route that no wire format knows. Refused by default: a call that cannot be read cannot be bounded.</summary>
    public sealed record UnknownRoute(string Method, string Path) : RequestReading;

    /// <summary>A known route with content that cannot be read safely.</summary>
    /// <param name="Code">What is wrong.</param>
    /// <param name="Message">What is wrong, for people: the member and the limit, never the content.</param>
    /// <param name="Member">The JSON member at fault, where one is.</param>
    public sealed record Malformed(RefusalCode Code, string Message, string? Member = null) : RequestReading;
}
