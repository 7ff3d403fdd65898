namespace SafeLlm;

/// <summary>What the model asks to be called. Its arguments come from the model: look at them before you use them.</summary>
/// <param name="id">Names the call, so that its result can be given back.</param>
/// <param name="name">The tool's name.</param>
/// <param name="arguments">The arguments, as JSON text.</param>
public sealed class ToolCall(string id, string name, string arguments)
{
    /// <summary>Names the call, so that its result can be given back.</summary>
    public string Id { get; } = id;

    /// <summary>The tool's name.</summary>
    public string Name { get; } = name;

    /// <summary>The arguments, as JSON text. It may be malformed: models do that.</summary>
    public string Arguments { get; } = arguments;

    /// <summary>The tool's name; never the arguments.</summary>
    public override string ToString() => Name;
}
