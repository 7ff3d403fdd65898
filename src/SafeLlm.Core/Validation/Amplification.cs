namespace SafeLlm.Validation;

/// <summary>
/// Phrases that ask for output out of proportion: the prompts of token exhaustion in the article, and their kin. Each is a rule of its own, so
/// each can be read, tuned and switched off.
/// </summary>
internal static class Amplification
{
    private const string Verbs = "write|generate|compose|produce|create|draft|give|make|output|provide|deliver";

    private static readonly (string Name, string Pattern, string Message)[] Rows =
    [
        ("demands_many_words", $"{Verbs} ... #5000 word|words", "The prompt asks for thousands of words. Ask for less, or in parts."),
        ("demands_many_words_at_least", "least|minimum|exceed|exceeding|than .. #5000 word|words|tokens|characters", "The prompt asks for a length of thousands at least. Ask for less, or in parts."),
        ("demands_many_pages", $"{Verbs} ... #30 page|pages|chapter|chapters", "The prompt asks for tens of pages. Ask for less, or in parts."),
        ("demands_many_items", $"{Verbs}|list|enumerate|name ... #1000 examples|items|ideas|questions|sentences|paragraphs|poems|stories|facts|variations|names|lines", "The prompt asks for a thousand items or more. Ask for fewer, or in parts."),
        ("demands_repetition", "repeat|repeating|say|print|write|echo|output|copy|type|recite ... #50 times", "The prompt asks to repeat something many times. Repeat it in your own code."),
        ("demands_endless_repetition", "repeat|repeating|say|print|write|echo|output|keep|continue ... forever|infinitely|endlessly|indefinitely", "The prompt asks for output without an end. Say where it ends."),
        ("demands_counting", "count|counting|numbers|integers ... from .. to #1000", "The prompt asks to count far. Count in your own code."),
        ("demands_all_primes", "list|print|write|output|enumerate ... prime|primes|permutations|combinations ... #1000", "The prompt asks to enumerate many results. Enumerate them in your own code."),
        ("demands_utmost_length", $"{Verbs}|answer|respond|reply|be ... as long as possible", "The prompt asks for the longest answer possible. Say how long it should be."),
        ("demands_all_tokens", "use|fill|exhaust|consume ... all|entire|every|maximum|full .. tokens|token|context", "The prompt asks to use up the output bound. Say how long the answer should be."),
        ("demands_no_end", "never|don't stop|end|finish .. writing|generating|repeating|output|talking", "The prompt asks for output without an end. Say where it ends."),
    ];

    /// <summary>The rules.</summary>
    public static IEnumerable<PromptRule> Rules(PromptSeverity severity) => Rows.Select(row => PromptRule.ForPhrase(row.Name, severity, row.Pattern, row.Message));
}
