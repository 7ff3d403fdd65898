using SafeLlm.Tokens;

namespace SafeLlm.Pricing;

/// <summary>What a call will cost, found before it is sent.</summary>
public sealed record Quote
{
    /// <summary>The model that was priced.</summary>
    public required string Model { get; init; }

    /// <summary>Input tokens.</summary>
    public required TokenRange Input { get; init; }

    /// <summary>Output tokens over all choices, reasoning included.</summary>
    public required TokenRange Output { get; init; }

    /// <summary>What the call costs if it stays at its lower end.</summary>
    public required NanoUsd Lower { get; init; }

    /// <summary>What the call will likely cost.</summary>
    public required NanoUsd Expected { get; init; }

    /// <summary>What the call costs at most, as sure as <see cref="Basis"/> says.</summary>
    public required NanoUsd Upper { get; init; }

    /// <summary>How sure the upper end is.</summary>
    public required EstimateBasis Basis { get; init; }

    /// <summary>How the input was found.</summary>
    public required EstimateMethod Method { get; init; }

    /// <summary>Every step that was not exact, for people.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>The day of the prices.</summary>
    public required DateOnly PricesOf { get; init; }

    /// <summary>How many days old the prices are; null where the quoter has no clock.</summary>
    public int? PriceAgeDays { get; init; }

    /// <summary>Of <see cref="Upper"/>: what tools cost that run at the provider; null where there are none, or no price of theirs is known.</summary>
    public HostedToolFees? Tools => Extras?.Tools;

    /// <summary>What models cost that the one asked for may ask within the call: <see cref="Upper"/> is at the dearest of them all. Null where it may ask none.</summary>
    public AdvisorPrices? Advisors => Extras?.Advisors;

    /// <summary>Of the upper end of <see cref="Output"/>: what no output bound limits.</summary>
    internal long Unbounded => Extras?.Unbounded ?? 0;

    /// <summary>What few quotes have; null in the others.</summary>
    internal QuoteExtras? Extras { get; init; }

    /// <summary>What the request asks for that may make its tokens dearer.</summary>
    internal PriceNeeds Needs { get; init; }
}
