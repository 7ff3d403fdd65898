namespace SafeLlm.Chat;

/// <summary>What was read of an answer or of a piece of it.</summary>
internal readonly record struct ChatPiece
{
    public ChatPiece()
    {
    }

    public string Text { get; init; } = "";

    public string? FinishReason { get; init; }

    public string? ModelRefusal { get; init; }

    public string? Model { get; init; }

    public IReadOnlyList<ToolCallPiece> ToolCalls { get; init; } = [];
}
