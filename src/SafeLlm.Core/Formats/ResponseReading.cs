namespace SafeLlm.Formats;

/// <summary>What a meter read from a response.</summary>
public sealed record ResponseReading
{
    /// <summary>The usage that the provider reported; null where it reported none.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The same as it is billed; null where no usage was reported.</summary>
    public BillableUsage? Billable { get; init; }

    /// <summary>Whether the response came to its own end.</summary>
    public bool IsComplete { get; init; }

    /// <summary>The model that answered; null where the response does not say.</summary>
    public string? Model { get; init; }

    /// <summary>The error inside the response, by the provider's own code; null where there is none.</summary>
    public string? Error { get; init; }

    /// <summary>Why usage is unknown, for people; null where it is known.</summary>
    public string? UsageUnknown { get; init; }

    /// <summary>Bytes of generated text that were seen, tool-call arguments included: what a cut stream had at least delivered.</summary>
    public long OutputBytes { get; init; }

    /// <summary>Tokens of generated text that were seen, counted by the meter; a floor, as hidden reasoning is not seen. 0 where a whole response reported its usage.</summary>
    public long OutputTokensSeen { get; init; }
}
