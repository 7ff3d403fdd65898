namespace SafeLlm.Validation;

/// <summary>
/// Phrases that ask for output out of proportion: the prompts of token exhaustion in the article, and their kin. Each is a rule of its own, so
/// each can be read, tuned and switched off.
/// </summary>
internal static class Amplification
{
    private const string Verbs = "write|generate|compose|produce|create|draft|give|make|output|provide|deliver|print";

    private static readonly (string Name, string Pattern, string Message)[] Rows =
    [
        ("demands_many_words", $"{Verbs} ... #5000 word|words", "The prompt asks for thousands of words. Ask for less, or in parts."),
        ("demands_many_words_at_least", "least|minimum|exceed|exceeding|than .. #5000 word|words|tokens|characters", "The prompt asks for a length of thousands at least. Ask for less, or in parts."),
        ("demands_many_pages", $"{Verbs} ... #30 page|pages|chapter|chapters", "The prompt asks for tens of pages. Ask for less, or in parts."),
        ("demands_many_lines", $"{Verbs} ... #1000 line|lines", "The prompt asks for a thousand lines or more. Ask for fewer, or in parts."),
        ("demands_many_items", $"{Verbs}|list|enumerate|name ... #1000 examples|items|ideas|questions|sentences|paragraphs|poems|stories|facts|variations|names|jokes|synonyms", "The prompt asks for a thousand items or more. Ask for fewer, or in parts."),
        ("demands_many_digits", $"{Verbs}|calculate|compute|pi|show|recite ... #1000 digits|decimals|places", "The prompt asks for a thousand digits or more. Compute them in your own code."),
        ("demands_many_languages", "translate|translated|translation|translations ... #25 languages|dialects", "The prompt asks for a translation into dozens of languages. Ask for fewer at once."),
        ("demands_every_language", "translate|translated|translation|translations ... every|all|each .. language|languages|dialect|dialects", "The prompt asks for a translation into every language. Name the few that are needed."),
        ("demands_repetition", "repeat|repeating|say|print|write|echo|output|copy|type|recite ... #50 times", "The prompt asks to repeat something many times. Repeat it in your own code."),
        ("demands_endless_repetition", "repeat|repeating|say|print|write|echo|output|keep|continue ... forever|infinitely|endlessly|indefinitely", "The prompt asks for output without an end. Say where it ends."),
        ("demands_counting", "count|counting|numbers|integers ... from .. to #1000", "The prompt asks to count far. Count in your own code."),
        ("demands_all_primes", "list|print|write|output|enumerate ... prime|primes|permutations|combinations|fibonacci ... #1000", "The prompt asks to enumerate many results. Enumerate them in your own code."),
        ("demands_all_permutations", "list|print|write|output|enumerate|generate .. all|every .. permutations|permutation|anagrams|subsets", "The prompt asks for all arrangements of something. Enumerate them in your own code."),
        ("demands_nested_expansion", "for each|every ... #20 ... for each|every ... #10", "The prompt asks for many results for each of many. Ask for one level at a time."),
        ("demands_recursion", "recursively|exponentially expand|elaborate|lengthen|continue .. answer|bullet|bullets|point|points|sentence|section|paragraph|story|text|output", "The prompt asks for output that grows with every step. Say how far it goes."),
        ("demands_doubling", "double|doubling|triple .. length|size .. answer|response|story|text|paragraph|sentence|list|output|poem", "The prompt asks for output that doubles with every step. Say how far it goes."),
        ("demands_utmost_length", $"{Verbs}|answer|respond|reply|be ... as long as possible", "The prompt asks for the longest answer possible. Say how long it should be."),
        ("demands_longest_answer", $"{Verbs}|answer|respond|reply ... longest .. possible|can|ever", "The prompt asks for the longest answer possible. Say how long it should be."),
        ("demands_all_tokens", "use|fill|exhaust|consume ... all|entire|every|maximum|full .. tokens|token", "The prompt asks to use up the output bound. Say how long the answer should be."),
        ("demands_filled_context", "fill|filling|exhaust|flood .. context", "The prompt asks to use up the context window. Say how long the answer should be."),
        ("demands_up_to_the_limit", "write|writing|generate|generating|output|repeat|repeating|talking|answer|going ... until|till .. reach|hit|run|exhaust .. limit|tokens|maximum|context", "The prompt asks to go on up to the output bound. Say where the answer ends."),
        ("demands_no_end", "never|don't stop|end|finish .. writing|generating|repeating|output|talking", "The prompt asks for output without an end. Say where it ends."),
        ("demands_not_stopping", $"{Verbs}|continue|keep|talk ... without stopping|ending|pausing", "The prompt asks for output without an end. Say where it ends."),
        ("demands_endless_text", $"{Verbs}|tell|start|begin|want ... endless|infinite|unending|neverending .. story|essay|poem|novel|answer|response", "The prompt asks for output without an end. Say where it ends."),
        ("demands_never_ending_text", $"{Verbs}|tell|start|begin|want ... never ending .. story|essay|poem|novel|text|answer|response", "The prompt asks for output without an end. Say where it ends."),
    ];

    /// <summary>The rules.</summary>
    public static IEnumerable<PromptRule> Rules(PromptSeverity severity) => Rows.Select(row => PromptRule.ForPhrase(row.Name, severity, row.Pattern, row.Message));
}
