using System.Globalization;
using SafeLlm.Formats;
using SafeLlm.Pricing;
using SafeLlm.Tokens;

namespace SafeLlm.Validation;

/// <summary>The rules that come with SafeLlm. Each takes time linear in the prompt.</summary>
public static class PromptRules
{
    // no tokenizer on record makes fewer than three tokens of what o200k_base makes four of
    private const int FewestOfFour = 3;

    /// <summary>Refuses a prompt with text of which all is white space. A prompt of media or of tools' results alone is not blank.</summary>
    public static PromptRule Blank { get; } = new("blank", facts =>
    {
        if (facts.Format.Name.Contains("embed", StringComparison.Ordinal))
        {
            // a vector of nothing is what some ask for
            return [];
        }

        var hasText = false;
        for (var i = 0; i < facts.Parts.Count; i++)
        {
            var part = facts.Parts[i];
            if (part.Kind is PromptPartKind.Image or PromptPartKind.Audio or PromptPartKind.File or PromptPartKind.ToolResult or PromptPartKind.ToolCallName)
            {
                return [];
            }

            if (part.Kind == PromptPartKind.Text)
            {
                hasText = true;
                if (!PromptCharacters.IsBlank(facts, part))
                {
                    return [];
                }
            }
        }

        return hasText && facts.Unknowable.Count == 0 ? [new PromptFinding("blank", PromptSeverity.Refuse, "The prompt is blank. Send a text.")] : [];
    });

    /// <summary>Refuses control characters that no text has; flags those that terminals and typewriters leave (escape, bell, back space, form feed).</summary>
    public static PromptRule ControlCharacters { get; } = PromptCharacters.Rule(
        "control_characters",
        static character => character switch
        {
            '\t' or '\n' or '\r' => null,
            '\u001B' or '\a' or '\b' or '\f' or '\v' => PromptSeverity.Flag,
            < ' ' or '\u007F' => PromptSeverity.Refuse,
            >= '\u0080' and <= '\u009F' => PromptSeverity.Flag,
            _ => null,
        },
        "The text has control characters. Take them out.");

    /// <summary>Refuses characters that turn the direction of text around so that people read something else than the model; flags embeddings and isolates.</summary>
    public static PromptRule BidirectionalOverrides { get; } = PromptCharacters.Rule(
        "bidirectional_overrides",
        static character => character switch
        {
            0x202D or 0x202E => PromptSeverity.Refuse,
            0x202A or 0x202B or 0x202C or (>= 0x2066 and <= 0x2069) => PromptSeverity.Flag,
            _ => null,
        },
        "The text has characters that override its direction. Take them out.");

    /// <summary>Refuses invisible tag characters (U+E0000 to U+E007F), but for those that make the flag of a region.</summary>
    public static PromptRule InvisibleTags { get; } = PromptCharacters.TagRule("invisible_tags", "The text has invisible tag characters, which people cannot see and models can read. Take them out.");

    /// <summary>Refuses halves of characters: the model would read something else than was sent.</summary>
    public static PromptRule LoneSurrogates { get; } = PromptCharacters.Rule(
        "lone_surrogates",
        static character => character is >= 0xD800 and <= 0xDFFF ? PromptSeverity.Refuse : null,
        "The text has half a character (a lone surrogate), as cutting in the middle of one leaves it. Cut between characters.");

    /// <summary>
    /// Flags characters without width in the middle of an English word (zero width space, word joiner, soft hyphen): people do not
    /// see them, models do, and rules over words do not find the word.
    /// </summary>
    public static PromptRule HiddenCharacters { get; } = PromptCharacters.HiddenRule(
        "hidden_characters",
        "The text has invisible characters inside words. Take them out.");

    /// <summary>Refuses text of more bytes than a limit, as it stands in the request.</summary>
    /// <param name="limit">The most bytes, over all text of the prompt.</param>
    public static PromptRule MostBytes(long limit) => new("too_many_bytes", facts =>
    {
        var bytes = PromptCharacters.Bytes(facts);
        return bytes > limit
            ? [new PromptFinding("too_many_bytes", PromptSeverity.Refuse, string.Create(CultureInfo.InvariantCulture, $"The prompt has {bytes} bytes, more than {limit}. Shorten it."))]
            : [];
    });

    /// <summary>Refuses text of more tokens than a limit. Counts only where bytes leave that open, and not to the end of what is far too long.</summary>
    /// <param name="limit">The most tokens, over all text of the prompt.</param>
    /// <param name="counter">Counts them; null for the counter of the model that is asked for.</param>
    public static PromptRule MostTokens(long limit, ITokenCounter? counter = null) => new("too_many_counted_tokens", facts =>
        PromptCharacters.IsOver(facts, limit, counter ?? TokenCounters.For(facts.Model))
            ? [new PromptFinding("too_many_counted_tokens", PromptSeverity.Refuse, string.Create(CultureInfo.InvariantCulture, $"The prompt has more than {limit} tokens. Shorten it."))]
            : []);

    /// <summary>Refuses text of more characters than a limit. A character is a Unicode code point.</summary>
    /// <param name="limit">The most characters, over all text of the prompt.</param>
    public static PromptRule MostCharacters(long limit) => new("too_many_characters", facts =>
    {
        // No character has less than a byte: nearly every prompt is known to be within its limit without counting.
        if (PromptCharacters.Bytes(facts) <= limit) return [];
        var characters = PromptCharacters.Count(facts);
        return characters > limit
            ? [new PromptFinding("too_many_characters", PromptSeverity.Refuse, string.Create(CultureInfo.InvariantCulture, $"The prompt has {characters} characters, more than {limit}. Shorten it."))]
            : [];
    });

    /// <summary>Refuses text whose estimate, a token for each four characters, is over a limit.</summary>
    /// <param name="limit">The most estimated tokens.</param>
    public static PromptRule MostEstimatedTokens(long limit) => new("too_many_tokens", facts =>
    {
        if (PromptCharacters.Bytes(facts) / 4 <= limit) return [];
        var tokens = PromptCharacters.Count(facts) / 4;
        return tokens > limit
            ? [new PromptFinding("too_many_tokens", PromptSeverity.Refuse, string.Create(CultureInfo.InvariantCulture, $"The prompt has an estimated {tokens} tokens (characters/4), more than {limit}. Shorten it."))]
            : [];
    });

    /// <summary>Refuses text that cannot fit into the model's context window. Counts only where bytes leave that open.</summary>
    /// <param name="catalog">Where the context window of the model stands; a model that it does not have passes.</param>
    public static PromptRule WithinContext(ModelCatalog catalog) => new("over_context", facts =>
    {
        if (facts.Model is null || !catalog.TryFind(facts.Model, out var model) || model.ContextTokens is not { } context)
        {
            return [];
        }

        var most = OpenAiModels.Counts(model.Model) ? context : context / FewestOfFour * 4;
        if (model.IsEmbedding)
        {
            // each text has the window to itself, and the provider refuses or cuts what is longer
            return [];
        }

        return PromptCharacters.Bytes(facts) > most && PromptCharacters.IsOver(facts, most, TokenCounters.For(model.Model))
            ? [new PromptFinding("over_context", PromptSeverity.Refuse, string.Create(CultureInfo.InvariantCulture, $"The prompt is longer than the context window of {model.Model}, {context} tokens. Shorten it, or use a model with a larger one."))]
            : [];
    });

    /// <summary>Phrases that ask for output out of proportion, each a rule of its own.</summary>
    /// <param name="severity">What a match leads to.</param>
    public static IEnumerable<PromptRule> Suspicious(PromptSeverity severity = PromptSeverity.Flag) => Amplification.Rules(severity);
}
