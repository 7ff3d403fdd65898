namespace SafeLlm.Formats;

/// <summary>What a part of a prompt is.</summary>
public enum PromptPartKind
{
    /// <summary>Text that a person or a program wrote.</summary>
    Text,

    /// <summary>The name of a message's author.</summary>
    Name,

    /// <summary>Declarations of tools: raw JSON.</summary>
    ToolDeclarations,

    /// <summary>Which tool must be chosen: raw JSON.</summary>
    ToolChoice,

    /// <summary>The name of a called tool, in a replayed turn.</summary>
    ToolCallName,

    /// <summary>The arguments of a called tool, in a replayed turn.</summary>
    ToolCallArguments,

    /// <summary>What a tool answered.</summary>
    ToolResult,

    /// <summary>The schema that the answer must follow: raw JSON.</summary>
    ResponseSchema,

    /// <summary>A picture.</summary>
    Image,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>A document.</summary>
    File,

    /// <summary>Tokens as numbers, where the caller has encoded the text: a raw JSON array.</summary>
    TokenIds,

    /// <summary>That tools must be called one after another, which OpenAI's models are told in words: raw JSON.</summary>
    SerialTools,
}
