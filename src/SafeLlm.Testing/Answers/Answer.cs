namespace SafeLlm.Testing;

/// <summary>What the double answers: text, or calls of the tools that the request declares.</summary>
public sealed record Answer
{
    /// <summary>The text of every choice; cut where the output bound ends.</summary>
    public string Text { get; init; } = "";

    /// <summary>Tools to call instead of, or after, the text.</summary>
    public IReadOnlyList<AnswerToolCall> ToolCalls { get; init; } = [];

    /// <summary>Tokens of hidden reasoning before each choice: inside the output bound, billed as output, never seen.</summary>
    public int ReasoningTokens { get; init; }

    /// <summary>An answer of text alone.</summary>
    public static implicit operator Answer(string text) => new() { Text = text };

    /// <summary>How long it is; not what it says.</summary>
    public override string ToString() => FormattableString.Invariant($"{Text.Length} characters, {ToolCalls.Count} tool calls");
}
