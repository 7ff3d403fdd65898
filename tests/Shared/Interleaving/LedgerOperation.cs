namespace SafeLlm.Tests.Interleaving;

/// <summary>One operation of a small concurrent program.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Id">To which hold.</param>
/// <param name="Tokens">With how many tokens.</param>
internal sealed record LedgerOperation(LedgerOperationKind Kind, string Id, long Tokens)
{
    /// <summary>What the ledger answered.</summary>
    public string Answer { get; set; } = "";

    /// <summary>When it was asked and when it had answered, counted over all operations.</summary>
    public int Asked { get; set; }

    /// <inheritdoc cref="Asked"/>
    public int Answered { get; set; }

    /// <summary>What the clock showed then.</summary>
    public DateTimeOffset AskedAt { get; set; }

    /// <inheritdoc cref="AskedAt"/>
    public DateTimeOffset AnsweredAt { get; set; }

    public override string ToString() => $"{Kind} {Id} {Tokens} -> {Answer}";
}
