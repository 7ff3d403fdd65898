using SafeLlm.Pricing;

namespace SafeLlm;

/// <summary>A piece of a streamed answer. The last one has no text, and has usage and cost.</summary>
public sealed class ChatUpdate
{
    /// <summary>Text that came since the last piece; may be empty.</summary>
    public string Text { get; init; } = "";

    /// <summary>Why the answer ended; null until it has.</summary>
    public string? FinishReason { get; init; }

    /// <summary>What the model said instead of answering, where it refused; on the last piece.</summary>
    public string? ModelRefusal { get; init; }

    /// <summary>The tools that the model asks to be called; on the last piece, once they are whole.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>The model that answered; null but on the last piece, and where the provider did not say.</summary>
    public string? Model { get; init; }

    /// <summary>The tokens of the whole answer; null but on the last piece.</summary>
    public AnswerUsage? Usage { get; init; }

    /// <summary>What the call was charged, over all its attempts; null but on the last piece.</summary>
    public NanoUsd? Cost { get; init; }

    /// <summary>What was quoted; null but on the last piece.</summary>
    public Quote? Quote { get; init; }

    /// <summary>How many attempts it took; 0 but on the last piece.</summary>
    public int Attempts { get; init; }

    /// <summary>Whether SafeLlm changed the output bound; on the last piece.</summary>
    public BoundChange BoundChange { get; init; }

    /// <summary>Whether this is the last piece.</summary>
    public bool IsLast => Usage is not null;

    /// <summary>The length of the text; never the text.</summary>
    public override string ToString() => IsLast
        ? FormattableString.Invariant($"{Usage!.OutputTokens} tokens, {Cost}")
        : FormattableString.Invariant($"{Text.Length} characters");
}
