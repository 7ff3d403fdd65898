using System.Text.Json;

namespace SafeLlm;

/// <summary>A call to a chat model. Its output bound is required: there is no call without one.</summary>
public sealed class ChatRequest
{
    /// <summary>The model's name, as its provider has it.</summary>
    public required string Model { get; init; }

    /// <summary>The prompt, message by message, the oldest first. At least one.</summary>
    public required IReadOnlyList<PromptMessage> Messages { get; init; }

    /// <summary>The most tokens that may be generated, reasoning included. At least 1.</summary>
    public required int MaxOutputTokens { get; init; }

    /// <summary>How much chance is in the answer, from 0 to 2.</summary>
    /// <value>The default is null: the model's own.</value>
    public double? Temperature { get; init; }

    /// <summary>The share of likelihood that tokens are chosen from, from 0 to 1.</summary>
    /// <value>The default is null: the model's own.</value>
    public double? TopP { get; init; }

    /// <summary>Texts that end the answer where they come up.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Makes answers repeatable where the provider can.</summary>
    /// <value>The default is null.</value>
    public long? Seed { get; init; }

    /// <summary>The tools that the model may ask to be called.</summary>
    public IReadOnlyList<ToolDeclaration> Tools { get; init; } = [];

    /// <summary>Whether tools may be asked for: <c>auto</c>, <c>none</c>, <c>required</c>, or the name of one that must be.</summary>
    /// <value>The default is null: the provider's own, which is <c>auto</c>.</value>
    public string? ToolChoice { get; init; }

    /// <summary>The JSON schema that the answer must follow.</summary>
    /// <value>The default is null: free text.</value>
    public JsonElement? ResponseSchema { get; init; }

    /// <summary>Model, bound and number of messages; never their text.</summary>
    public override string ToString() => FormattableString.Invariant($"{Model}, {Messages.Count} messages, bound {MaxOutputTokens}");
}
