namespace SafeLlm.Limits;

/// <summary>The answer of a ledger to a <see cref="HoldRequest"/>.</summary>
/// <param name="Outcome">What became of the request.</param>
public readonly record struct HoldResult(HoldOutcome Outcome)
{
    private readonly IReadOnlyList<LimitDenial>? denials;

    /// <summary>The hold; null unless <see cref="HoldOutcome.Held"/>.</summary>
    public Hold? Hold { get; init; }

    /// <summary>The limits without room; empty unless <see cref="HoldOutcome.Denied"/>.</summary>
    public IReadOnlyList<LimitDenial> Denials
    {
        get => denials ?? [];
        init => denials = value;
    }
}
