using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Limits;

/// <summary>One line of the journal: an attempt that is over, or what an operator did. No prompt, no answer, no secret.</summary>
public sealed record JournalEntry
{
    private const int LongestId = 512;
    private const int LongestText = 512;
    private const int MostScopes = 256;

    /// <summary>
    /// Names the line, so that writing it again after a time-out changes nothing: the attempt's id (that of its hold), or one that
    /// an operator's action was given. 1 to 512 characters.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>When the attempt was over, or the operator acted.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What became of it.</summary>
    public required JournalOutcome Outcome { get; init; }

    /// <summary>Groups the attempts of one call; null for an operator's action.</summary>
    public string? CallId { get; init; }

    /// <summary>
    /// Every scope that was charged, each once: <c>app</c>, <c>user:42</c>, <c>tier:free</c>; on a server the key that called as well,
    /// whoever is charged for it: <c>key:k1</c>.
    /// </summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The model as it was priced; null where the attempt had none. At most 512 characters.</summary>
    public string? Model { get; init; }

    /// <summary>The quote's upper end: what was held. Null for an operator's action.</summary>
    public Amounts? Quoted { get; init; }

    /// <summary>What the quote expected it to cost; null where there was no quote.</summary>
    public NanoUsd? Expected { get; init; }

    /// <summary>How sure the quote's upper end was; null where there was no quote.</summary>
    public EstimateBasis? Basis { get; init; }

    /// <summary>What was charged; null for an operator's action.</summary>
    public Amounts? Actual { get; init; }

    /// <summary>Whether more was used than was held.</summary>
    public bool IsOverrun { get; init; }

    /// <summary>The hash of the prices that were used; null where nothing was priced.</summary>
    public string? CatalogHash { get; init; }

    /// <summary>What an operator did, in words: <c>budget set app dollars day@UTC $20.00</c>; null for an attempt. At most 512 characters.</summary>
    public string? Action { get; init; }

    /// <summary>Who did it, as far as is known; null for an attempt.</summary>
    public string? Operator { get; init; }

    /// <summary>The scopes of the limits that an attempt is charged to, each once.</summary>
    public static IReadOnlyList<string> ScopesOf(IReadOnlyList<Limit> limits)
    {
        List<string> scopes = new(limits.Count);
        for (var i = 0; i < limits.Count; i++)
        {
            if (!scopes.Contains(limits[i].Scope)) scopes.Add(limits[i].Scope);
        }

        return scopes;
    }

    /// <summary>Checks what a journal relies on. Every journal calls it first.</summary>
    /// <exception cref="ArgumentException">A member is missing or out of its range; the message names it.</exception>
    public void Validate()
    {
        if (string.IsNullOrEmpty(Id) || Id.Length > LongestId)
        {
            throw new ArgumentException($"The id of a line has 1 to {LongestId} characters; this one has {Id?.Length ?? 0}.", nameof(Id));
        }

        if (Scopes is null || Scopes.Count > MostScopes || HasEmptyScope())
        {
            throw new ArgumentException($"A line has up to {MostScopes} scopes, none of them empty; this one has {Scopes?.Count ?? 0}.", nameof(Scopes));
        }

        CheckText(CallId, nameof(CallId));
        CheckText(Model, nameof(Model));
        CheckText(CatalogHash, nameof(CatalogHash));
        CheckText(Action, nameof(Action));
        CheckText(Operator, nameof(Operator));
        Quoted?.Validate(nameof(Quoted));
        Actual?.Validate(nameof(Actual));
        if (Outcome == JournalOutcome.OperatorAction ? Action is null : Actual is null)
        {
            throw new ArgumentException($"A line about {Outcome} needs {(Outcome == JournalOutcome.OperatorAction ? nameof(Action) : nameof(Actual))}.", nameof(Outcome));
        }
    }

    private bool HasEmptyScope()
    {
        for (var i = 0; i < Scopes.Count; i++)
        {
            if (string.IsNullOrEmpty(Scopes[i])) return true;
        }

        return false;
    }

    private static void CheckText(string? text, string name)
    {
        if (text is { Length: > LongestText })
        {
            throw new ArgumentException($"{name} has at most {LongestText} characters; this one has {text.Length}.", name);
        }
    }
}
