using SafeLlm.Formats;

namespace SafeLlm;

/// <summary>One message of a prompt. A class and no record: a record prints its members, and a prompt must never be printed.</summary>
public sealed class PromptMessage
{
    private PromptMessage(PromptRole role, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Role = role;
        Text = text;
    }

    /// <summary>Who speaks.</summary>
    public PromptRole Role { get; }

    /// <summary>What is said.</summary>
    public string Text { get; }

    /// <summary>Pictures that go with the text: <c>data:</c> addresses, or <c>https:</c> ones that the provider fetches.</summary>
    public IReadOnlyList<Uri> Images { get; private init; } = [];

    /// <summary>Documents that go with the text.</summary>
    public IReadOnlyList<PromptFile> Files { get; private init; } = [];

    /// <summary>The tools that the model asked to be called, in an earlier turn.</summary>
    public IReadOnlyList<ToolCall> ToolCalls { get; private init; } = [];

    /// <summary>Which call of a tool this is the result of; null for all other messages.</summary>
    public string? ToolCallId { get; private init; }

    /// <summary>What the system says: how to behave.</summary>
    public static PromptMessage System(string text) => new(PromptRole.System, text);

    /// <summary>What the developer says: how to behave, for models that tell it from the system's word.</summary>
    public static PromptMessage Developer(string text) => new(PromptRole.Developer, text);

    /// <summary>What the user says.</summary>
    public static PromptMessage User(string text) => new(PromptRole.User, text);

    /// <summary>What the user says and shows.</summary>
    public static PromptMessage User(string text, IReadOnlyList<Uri> images) => new(PromptRole.User, text) { Images = images };

    /// <summary>What the user says, shows and hands over.</summary>
    public static PromptMessage User(string text, IReadOnlyList<Uri> images, IReadOnlyList<PromptFile> files) => new(PromptRole.User, text) { Images = images, Files = files };

    /// <summary>What the model said in an earlier turn, and which tools it asked to be called.</summary>
    public static PromptMessage Assistant(string text, IReadOnlyList<ToolCall> toolCalls) => new(PromptRole.Assistant, text) { ToolCalls = toolCalls };

    /// <summary>What a tool answered.</summary>
    public static PromptMessage ToolResult(string toolCallId, string result) => new(PromptRole.Tool, result) { ToolCallId = toolCallId };

    /// <summary>What the model said in an earlier turn.</summary>
    public static PromptMessage Assistant(string text) => new(PromptRole.Assistant, text);

    /// <summary>Role and length; never the text.</summary>
    public override string ToString() => FormattableString.Invariant($"{Role}, {Text.Length} characters");
}
