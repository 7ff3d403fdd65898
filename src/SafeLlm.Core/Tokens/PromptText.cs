using SafeLlm.Formats;

namespace SafeLlm.Tokens;

/// <summary>The text behind a part of a prompt.</summary>
internal static class PromptText
{
    /// <summary>The number of tokens of a part's text.</summary>
    public static int Count(CallFacts facts, PromptPart part, ITokenCounter counter)
    {
        if (!part.IsEscaped)
        {
            return counter.Count(facts.Raw(part));
        }

        using var unescaped = new PooledText();
        facts.WriteText(part, unescaped);
        return counter.Count(unescaped.Written);
    }

    /// <summary>Whether a part is text that the tokenizer sees; media are not.</summary>
    public static bool IsText(PromptPartKind kind) => kind is not (PromptPartKind.Image or PromptPartKind.Audio or PromptPartKind.File);
}
