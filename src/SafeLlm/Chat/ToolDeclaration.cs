using System.Text.Json;

namespace SafeLlm;

/// <summary>A tool that the model may ask to be called.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">What it does, for the model; null where the name says enough.</param>
/// <param name="parameters">The JSON schema of its arguments.</param>
public sealed class ToolDeclaration(string name, string? description, JsonElement parameters)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What it does, for the model.</summary>
    public string? Description { get; } = description;

    /// <summary>The JSON schema of its arguments.</summary>
    public JsonElement Parameters { get; } = parameters;

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
