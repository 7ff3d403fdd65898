using SafeLlm.Pricing;

namespace SafeLlm;

/// <summary>A model's answer, with what it took and what it cost. A class and no record: a record would print the text.</summary>
public sealed class ChatAnswer
{
    /// <summary>The text of the first choice; empty where the model said nothing, or refused.</summary>
    public required string Text { get; init; }

    /// <summary>
    /// Why it ended, whatever the format: <c>stop</c>, <c>length</c>, <c>tool_calls</c> or <c>content_filter</c>; any other word is
    /// the provider's own. Null where it did not say.
    /// </summary>
    public string? FinishReason { get; init; }

    /// <summary>What the model said instead of answering, where it refused; null where it did not.</summary>
    public string? ModelRefusal { get; init; }

    /// <summary>The tools that the model asks to be called.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; init; } = [];

    /// <summary>The model that answered; null where the provider did not say.</summary>
    public string? Model { get; init; }

    /// <summary>The tokens.</summary>
    public required AnswerUsage Usage { get; init; }

    /// <summary>What the call was charged, over all its attempts. Prints as dollars.</summary>
    public required NanoUsd Cost { get; init; }

    /// <summary>What was quoted before it was sent.</summary>
    public required Quote Quote { get; init; }

    /// <summary>How many attempts it took.</summary>
    public required int Attempts { get; init; }

    /// <summary>The output bound that was sent, in tokens.</summary>
    public required long OutputBound { get; init; }

    /// <summary>Whether SafeLlm changed the output bound.</summary>
    public required BoundChange BoundChange { get; init; }

    /// <summary>Tokens, cost and how it ended; never the text.</summary>
    public override string ToString() => FormattableString.Invariant($"{Usage.OutputTokens} tokens, {Cost}, {FinishReason ?? "no finish reason"}");
}
