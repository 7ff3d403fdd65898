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

    /// <summary>A rule that finds a phrase in what users and systems wrote: not in replayed answers and not in results of tools.</summary>
    /// <param name="name">The rule's name.</param>
    /// <param name="severity">What a match leads to.</param>
    /// <param name="pattern">
    /// Words in lower case with a blank between them, in the order of the phrase: <c>a|b</c> is either word, <c>#50</c> a number of at
    /// least 50, <c>...</c> up to twelve other words of the same sentence, <c>..</c> up to three.
    /// </param>
    /// <param name="message">What is wrong and what to do.</param>
    /// <exception cref="ArgumentException">The pattern is empty or starts or ends with a gap.</exception>
    public static PromptRule ForPhrase(string name, PromptSeverity severity, string pattern, string message)
    {
        var phrase = PhrasePattern.Parse(pattern);
        var finding = new PromptFinding(name, severity, message);
        var scanner = new PhraseScanner([(phrase, finding)]);
        return new PromptRule(name, scanner.Find) { Phrase = phrase, Finding = finding };
    }
}
