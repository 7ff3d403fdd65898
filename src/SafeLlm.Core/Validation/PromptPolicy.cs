using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Validation;

/// <summary>The rules that a prompt must pass before it is sent or let in. Immutable, thread-safe.</summary>
public sealed class PromptPolicy
{
    // what the article's validator refuses
    private const long ArticleCharacters = 10_000;
    private const long ArticleTokens = 4_000;

    private readonly PromptRule[] others;
    private readonly PromptRule[] waiting;
    private readonly PhraseScanner? phrases;

    /// <summary>A policy with these rules.</summary>
    /// <param name="rules">The rules; of two with one name the later counts.</param>
    public PromptPolicy(IEnumerable<PromptRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Rules = [.. rules.Reverse().DistinctBy(rule => rule.Name).Reverse()];
        others = [.. Rules.Where(rule => rule.Phrase is null && rule.Wait is null)];
        waiting = [.. Rules.Where(rule => rule.Wait is not null)];
        var spelled = Rules.Where(rule => rule.Phrase is not null).Select(rule => (rule.Phrase!, rule.Finding!)).ToArray();
        if (spelled.Length > 0) phrases = new PhraseScanner(spelled);
    }

    /// <summary>The client's defaults: blank and malformed prompts are refused, the model's context window is the limit.</summary>
    public static PromptPolicy Default { get; } = new(
    [
        PromptRules.Blank,
        PromptRules.ControlCharacters,
        PromptRules.BidirectionalOverrides,
        PromptRules.InvisibleTags,
        PromptRules.LoneSurrogates,
        PromptRules.HiddenCharacters,
        PromptRules.WithinContext(ModelCatalog.Embedded),
        .. PromptRules.Suspicious(),
    ]);

    /// <summary>The article's limits: 10,000 characters, characters/4 over 4,000 tokens, blank. Malformed and suspicious prompts are refused as well.</summary>
    public static PromptPolicy Article { get; } = new(
    [
        PromptRules.Blank,
        PromptRules.MostCharacters(ArticleCharacters),
        PromptRules.MostEstimatedTokens(ArticleTokens),
        PromptRules.ControlCharacters,
        PromptRules.BidirectionalOverrides,
        PromptRules.InvisibleTags,
        PromptRules.LoneSurrogates,
        PromptRules.HiddenCharacters,
        .. PromptRules.Suspicious(PromptSeverity.Refuse),
    ]);

    /// <summary>The rules.</summary>
    public IReadOnlyList<PromptRule> Rules { get; }

    /// <summary>Whether a rule has to wait for its answer, so that only <see cref="CheckAsync"/> asks all of them.</summary>
    public bool Waits => waiting.Length > 0;

    /// <summary>The policy with these rules added, or put in the place of those of the same name.</summary>
    public PromptPolicy With(params IEnumerable<PromptRule> rules) => new(Rules.Concat(rules));

    /// <summary>The policy without the rules of these names.</summary>
    public PromptPolicy Without(params IEnumerable<string> names)
    {
        var without = names.ToHashSet(StringComparer.Ordinal);
        return new PromptPolicy(Rules.Where(rule => !without.Contains(rule.Name)));
    }

    /// <summary>Checks a prompt with the rules that need not wait: all findings, not the first.</summary>
    public IReadOnlyList<PromptFinding> Check(CallFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        List<PromptFinding>? findings = null;
        bool? hasOdd = null;
        foreach (var rule in others)
        {
            if (rule.IsOfOddCharacters && !(hasOdd ??= PromptCharacters.HasOdd(facts))) continue;
            var found = rule.Check(facts);
            if (found is not IReadOnlyCollection<PromptFinding> { Count: 0 }) (findings ??= []).AddRange(found);
        }

        if (phrases?.Find(facts) is { Count: > 0 } matches) (findings ??= []).AddRange(matches);
        return findings ?? (IReadOnlyList<PromptFinding>)[];
    }

    /// <summary>Checks a prompt with all rules. Those that wait are asked at the same time, and not at all where the others refuse the prompt.</summary>
    /// <param name="facts">The call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<IReadOnlyList<PromptFinding>> CheckAsync(CallFacts facts, CancellationToken cancellationToken)
    {
        var findings = Check(facts);
        if (waiting.Length == 0 || findings.Any(finding => finding.Severity == PromptSeverity.Refuse))
        {
            return findings;
        }

        var more = await Task.WhenAll(waiting.Select(rule => rule.Wait!(facts, cancellationToken).AsTask())).ConfigureAwait(false);
        return [.. findings, .. more.SelectMany(found => found)];
    }
}
