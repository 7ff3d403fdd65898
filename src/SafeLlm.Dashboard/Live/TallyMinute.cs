namespace SafeLlm.Dashboard;

/// <summary>What the verifier told of itself in one minute.</summary>
internal sealed class TallyMinute
{
    /// <summary>Refused requests by the name of the code, of which there is a closed list.</summary>
    public Dictionary<string, long> Refusals { get; } = new(StringComparer.Ordinal);

    /// <summary>How long requests were checked.</summary>
    public DurationCounts Checks { get; } = new();

    /// <summary>How long calls took that were let through.</summary>
    public DurationCounts Calls { get; } = new();
}
