using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>What a call came to: what closes its hold, and what the journal says of it.</summary>
/// <param name="Id">The hold.</param>
/// <param name="Charge">What is charged.</param>
/// <param name="At">When the call was over.</param>
/// <param name="Held">What was held.</param>
/// <param name="Limits">What it was charged to.</param>
/// <param name="Quote">Its quote; null where it spends no tokens or the endpoint priced it.</param>
/// <param name="CatalogHash">The prices.</param>
internal sealed record Settlement(string Id, Charge Charge, DateTimeOffset At, Amounts Held, CallerLimits Limits, Quote? Quote, string CatalogHash)
{
    private static readonly Amounts Nothing = new(0, 0, NanoUsd.Zero, 0);

    /// <summary>The key that called; null where signatures are not verified.</summary>
    public string? KeyId { get; init; }

    /// <summary>Whether the journal has a line for it: not for a hold of which nobody knows whether it was taken, and nothing was sent.</summary>
    public bool IsWritten { get; init; } = true;

    /// <summary>What is charged; null where the hold is given back.</summary>
    public Amounts? Amounts => Charge.Amounts;

    public JournalEntry Line(bool isOverrun) => new()
    {
        Id = Id,
        CallId = Id,
        At = At,
        Outcome = Charge switch
        {
            { Amounts: null } => JournalOutcome.NotSent,
            { IsByPolicy: true } => JournalOutcome.ByPolicy,
            _ => JournalOutcome.Reported,
        },
        Scopes = Limits.Scopes,
        Model = Quote?.Model,
        Quoted = Held,
        Expected = Quote?.Expected,
        Basis = Quote?.Basis,
        Actual = Charge.Amounts ?? Nothing,
        IsOverrun = isOverrun,
        CatalogHash = Quote is null ? null : CatalogHash,
    };
}
