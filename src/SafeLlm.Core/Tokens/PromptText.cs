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

    /// <summary>A part's text, which is written to a buffer where it has escapes.</summary>
    public static ReadOnlySpan<byte> Of(CallFacts facts, in PromptPart part, PooledText buffer)
    {
        if (!part.IsEscaped)
        {
            return facts.Body.Span.Slice(part.Start, part.Length);
        }

        buffer.Clear();
        facts.WriteText(part, buffer);
        return buffer.Written;
    }

    /// <summary>Whether a request is bare text, without messages that a model's frame goes around: embeddings and completions.</summary>
    public static bool IsPlain(CallFacts facts) =>
        facts.Bound.Tokens == 0 || facts.Format.Name is "openai-completions" or "openai-embeddings" or "bedrock-invoke" && !facts.Parts.Any(part => part.Role == PromptRole.Assistant);

    /// <summary>Whether a part is text that the tokenizer sees; media are not.</summary>
    public static bool IsText(PromptPartKind kind) => kind is not (PromptPartKind.Image or PromptPartKind.Audio or PromptPartKind.File or PromptPartKind.TokenIds or PromptPartKind.SerialTools);
}
