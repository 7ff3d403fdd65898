using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Redis;

/// <summary>A journal entry as JSON has it: amounts as plain numbers, in tokens and nano-dollars.</summary>
internal sealed record JournalLine
{
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public required JournalOutcome Outcome { get; init; }

    public string? CallId { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string? Model { get; init; }

    public long[]? Quoted { get; init; }

    public long? Expected { get; init; }

    public EstimateBasis? Basis { get; init; }

    public long[]? Actual { get; init; }

    public bool IsOverrun { get; init; }

    public string? CatalogHash { get; init; }

    public string? Action { get; init; }

    public string? Operator { get; init; }

    /// <summary>Of an operator's reset: the counter's name, for <see cref="Spent"/>.</summary>
    public string? Counter { get; init; }

    /// <summary>Of an operator's reset: what was spent, which only the script knows. It is read as a part of the action.</summary>
    public long? Spent { get; init; }

    public static JournalLine Of(JournalEntry entry) => new()
    {
        Id = entry.Id,
        At = entry.At,
        Outcome = entry.Outcome,
        CallId = entry.CallId,
        Scopes = entry.Scopes,
        Model = entry.Model,
        Quoted = Numbers(entry.Quoted),
        Expected = entry.Expected?.Value,
        Basis = entry.Basis,
        Actual = Numbers(entry.Actual),
        IsOverrun = entry.IsOverrun,
        CatalogHash = entry.CatalogHash,
        Action = entry.Action,
        Operator = entry.Operator,
    };

    public JournalEntry ToEntry() => new()
    {
        Id = Id,
        At = At,
        Outcome = Outcome,
        CallId = CallId,
        Scopes = Scopes,
        Model = Model,
        Quoted = ToAmounts(Quoted),
        Expected = Expected is { } expected ? new NanoUsd(expected) : null,
        Basis = Basis,
        Actual = ToAmounts(Actual),
        IsOverrun = IsOverrun,
        CatalogHash = CatalogHash,
        Action = Counter is { } counter && Spent is { } spent ? $"{Action}, {Show(CounterName.Parse(counter), spent)} spent" : Action,
        Operator = Operator,
    };

    private static string Show(CounterName counter, long amount) => new CounterState(counter.Scope, counter.Dimension, counter.Window, 0, 0, 0).Show(amount);

    private static long[]? Numbers(Amounts? amounts) => amounts is { } some ? [some.Requests, some.InputTokens, some.OutputTokens, some.Cost.Value] : null;

    private static Amounts? ToAmounts(long[]? numbers) => numbers is [var requests, var input, var output, var cost]
        ? new Amounts(input, output, new NanoUsd(cost), requests)
        : null;
}
