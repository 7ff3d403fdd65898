using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Cli.Anomalies;

/// <summary>What the detector needs of a line of a journal.</summary>
/// <param name="At">When the call was over.</param>
/// <param name="Key">Whose it was: a key's scope, or the first scope that was charged where the line names no key.</param>
/// <param name="Tokens">Tokens in and out.</param>
/// <param name="Cost">Money.</param>
/// <param name="Tier">The tier that the line names, or whose pool was charged; null where it tells none.</param>
internal readonly record struct ReplayedCall(DateTimeOffset At, string Key, long Tokens, NanoUsd Cost, string? Tier)
{
    private const string KeyScope = "key:";
    private const string TierScope = "tier:";

    /// <summary>The name of its key, as a configuration has it.</summary>
    public string KeyId => Key.StartsWith(KeyScope, StringComparison.Ordinal) ? Key[KeyScope.Length..] : Key;

    /// <summary>Null for a line that is about no call: an operator's action, or an attempt of which nothing was sent.</summary>
    public static ReplayedCall? Of(JournalEntry line) =>
        line is { Outcome: not (JournalOutcome.OperatorAction or JournalOutcome.NotSent), Actual: { } actual, Scopes.Count: > 0 }
            ? new ReplayedCall(line.At, KeyOf(line.Scopes), actual.In(Dimension.Tokens), actual.Cost, TierOf(line.Scopes))
            : null;

    /// <summary>The scope of the key among others.</summary>
    public static string KeyOf(IReadOnlyList<string> scopes) => scopes.FirstOrDefault(scope => scope.StartsWith(KeyScope, StringComparison.Ordinal)) ?? scopes[0];

    /// <summary>The tier whose pool is among the scopes.</summary>
    public static string? TierOf(IReadOnlyList<string> scopes) => scopes.FirstOrDefault(scope => scope.StartsWith(TierScope, StringComparison.Ordinal))?[TierScope.Length..];
}
