namespace SafeLlm.Testing;

/// <summary>All that an answer is made from, whatever the wire format that writes it.</summary>
internal sealed record Generation(DoubleCall Call, IReadOnlyList<GeneratedChoice> Choices, string Id, DateTimeOffset Created)
{
    /// <summary>Tokens in.</summary>
    public long Input => Call.InputTokens;

    /// <summary>Tokens out over all choices, and what <see cref="Fault.UsageAboveBound"/> put on top.</summary>
    public long Output { get; init; } = Choices.Sum(choice => (long)choice.Tokens);

    /// <summary>Reasoning tokens among them.</summary>
    public long Reasoning { get; } = Choices.Sum(choice => (long)choice.Reasoning);

    /// <summary>Whether the answer tells its usage.</summary>
    public bool ReportsUsage { get; init; } = true;
}
