namespace SafeLlm.Testing;

/// <summary>One choice as it was generated under the output bound.</summary>
/// <param name="Text">The text, cut where the bound ended.</param>
/// <param name="ToolCalls">The tool calls; none where the bound ended before them.</param>
/// <param name="Tokens">Output tokens, reasoning included.</param>
/// <param name="Reasoning">Tokens of hidden reasoning among them.</param>
/// <param name="IsCut">Whether the bound ended it.</param>
internal sealed record GeneratedChoice(string Text, IReadOnlyList<AnswerToolCall> ToolCalls, int Tokens, int Reasoning, bool IsCut)
{
    /// <summary>The text word by word, each with the space before it: what a stream sends one by one.</summary>
    public IEnumerable<string> Deltas()
    {
        var start = 0;
        while (start < Text.Length)
        {
            var end = Text.IndexOf(' ', start + 1);
            if (end < 0) end = Text.Length;
            yield return Text[start..end];
            start = end;
        }
    }
}
