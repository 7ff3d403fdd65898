namespace SafeLlm.Formats;

/// <summary>What a meter read from a response.</summary>
public sealed record ResponseReading
{
    // Each is one more than its count, 0 where the response does not say: so short, they lie in the room beside a flag.
    private readonly ushort webSearches;
    private readonly ushort fileSearches;
    private readonly ushort codeRuns;

    /// <summary>The usage that the provider reported; null where it reported none.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>The same as it is billed; null where no usage was reported.</summary>
    public BillableUsage? Billable { get; init; }

    /// <summary>Tokens of other models that the one which answered has asked; <see cref="Billable"/> has none of them.</summary>
    public IReadOnlyList<AdvisorUsage> Advisors { get; init; } = [];

    /// <summary>Their input tokens, cached or not.</summary>
    public long AdvisorInput => Advisors.Count == 0 ? 0 : Advisors.Aggregate(0L, (sum, advisor) => Billing.Add(sum, advisor.Usage.TotalInput));

    /// <summary>Their output tokens, which no bound of the request limits.</summary>
    public long AdvisorOutput => Advisors.Count == 0 ? 0 : Advisors.Aggregate(0L, (sum, advisor) => Billing.Add(sum, advisor.Usage.Output));

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

    /// <summary>Searches in the web that the provider ran for the call and charges for, or the sources that they gave where it charges for those (xAI); null where the response does not say.</summary>
    public int? WebSearches
    {
        get => Read(webSearches);
        init => webSearches = Written(value);
    }

    /// <summary>Searches in files that the provider ran; null where the response does not say.</summary>
    public int? FileSearches
    {
        get => Read(fileSearches);
        init => fileSearches = Written(value);
    }

    /// <summary>How often the provider ran code; null where the response does not say.</summary>
    public int? CodeRuns
    {
        get => Read(codeRuns);
        init => codeRuns = Written(value);
    }

    private static int? Read(ushort kept) => kept == 0 ? null : kept - 1;

    private static ushort Written(int? count) => count is { } known ? (ushort)(Math.Clamp(known, 0, ushort.MaxValue - 1) + 1) : (ushort)0;
}
