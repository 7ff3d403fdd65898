using SafeLlm.Formats;

namespace SafeLlm.Validation;

/// <summary>One rule of a prompt policy: a value, so that users add their own.</summary>
/// <param name="Name">Its name, lower case with underscores.</param>
/// <param name="Check">Yields what it finds in the facts of a call.</param>
public sealed record PromptRule(string Name, Func<CallFacts, IEnumerable<PromptFinding>> Check)
{
    /// <summary>The phrase that the rule looks for; null where it looks for something else. A policy looks for all its phrases in one pass.</summary>
    internal PhrasePattern? Phrase { get; private init; }

    /// <summary>What a match of <see cref="Phrase"/> is reported as.</summary>
    internal PromptFinding? Finding { get; private init; }

    /// <summary>Whether the rule finds nothing in text of plain characters alone, so that a policy looks for others once for all such rules.</summary>
    internal bool IsOfOddCharacters => OddCharacters is not null && ReferenceEquals(OddCharacters, Check);

    /// <summary>The <see cref="Check"/> of which that holds: a copy of the rule may have another.</summary>
    private Func<CallFacts, IEnumerable<PromptFinding>>? OddCharacters { get; init; }

    /// <summary>What the rule waits for; null where it needs not wait.</summary>
    internal Func<CallFacts, CancellationToken, ValueTask<IReadOnlyList<PromptFinding>>>? Wait { get; private init; }

    /// <summary>
    /// A rule that has to wait for its answer, such as that of a moderation service. It is asked by
    /// <see cref="PromptPolicy.CheckAsync"/> alone, behind the rules that need not wait and only where these refuse nothing. What it
    /// throws fails the call: an answer that did not come lets nothing through.
    /// </summary>
    /// <param name="name">The rule's name.</param>
    /// <param name="check">Gives what it finds.</param>
    public static PromptRule ForAsync(string name, Func<CallFacts, CancellationToken, ValueTask<IReadOnlyList<PromptFinding>>> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        return new PromptRule(name, _ => []) { Wait = check };
    }

    /// <summary>A rule that finds a phrase in what users and systems wrote: not in replayed answers and not in results of tools.</summary>
    /// <param name="name">The rule's name.</param>
    /// <param name="severity">What a match leads to.</param>
    /// <param name="pattern">
    /// Words in lower case with a blank between them, in the order of the phrase: <c>a|b</c> is either word, <c>#50</c> a number of at
    /// least 50, <c>...</c> up to twelve other words of the same sentence, <c>..</c> up to three.
    /// </param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <exception cref="ArgumentException">The pattern is empty or starts or ends with a gap.</exception>
    public static PromptRule ForPhrase(string name, PromptSeverity severity, string pattern, string message) =>
        OfPhrase(PhrasePattern.Parse(pattern), new PromptFinding(name, severity, message));

    /// <summary>The same rule for a phrase with another severity.</summary>
    /// <exception cref="InvalidOperationException">The rule looks for no phrase: its severity is its own business.</exception>
    public PromptRule WithSeverity(PromptSeverity severity) =>
        Phrase is null ? throw NoPhrase("severity") : OfPhrase(Phrase, Finding! with { Severity = severity });

    /// <summary>The same rule for a phrase with another number as its least: fewer is stricter.</summary>
    /// <exception cref="InvalidOperationException">The rule looks for no phrase, or for one without a number.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="atLeast"/> is below 1.</exception>
    public PromptRule WithNumber(long atLeast)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(atLeast, 1);
        return Phrase is { HasNumber: true } ? OfPhrase(Phrase.WithNumber(atLeast), Finding!) : throw NoPhrase("number");
    }

    /// <summary>A rule that finds nothing in text of plain characters alone.</summary>
    internal static PromptRule ForOddCharacters(string name, Func<CallFacts, IEnumerable<PromptFinding>> check) => new(name, check) { OddCharacters = check };

    private static PromptRule OfPhrase(PhrasePattern phrase, PromptFinding finding) =>
        new(finding.Rule, new PhraseScanner([(phrase, finding)]).Find) { Phrase = phrase, Finding = finding };

    private InvalidOperationException NoPhrase(string what) =>
        new($"The rule {Name} looks for no phrase with a {what}. Put a rule of your own with this name in its place.");
}
