namespace SafeLlm.Formats;

/// <summary>How a wire format's responses are read.</summary>
/// <param name="Members">What is looked at.</param>
/// <param name="Billable">The table of <c>wire-formats.md</c> C.11: which of the provider's numbers are billed as what; null where they do not suffice.</param>
internal sealed record ResponseRules(SkimNode Members, Func<Tally, BillableUsage?> Billable)
{
    /// <summary>What is looked at in documents that stand as base64 in others; null where there are none.</summary>
    public SkimNode? Nested { get; init; }

    /// <summary>What is looked at where the texts of several choices are told apart; null where there is never more than one.</summary>
    public SkimNode? Choices { get; init; }

    /// <summary>What is looked at beyond that where the call lets tools run at the provider; null where answers tell nothing of their uses. Looked for in no other answer: it costs time and room.</summary>
    public SkimNode? Tools { get; init; }

    /// <summary>Headers that tell usage where the content does not.</summary>
    public IReadOnlyList<(string Header, Skim Field)> Headers { get; init; } = [];

    /// <summary>The header that tells how the call was served where the content does not; null where there is none.</summary>
    public string? ServiceTierHeader { get; init; }
}
