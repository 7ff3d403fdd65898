namespace SafeLlm.Testing;

/// <summary>A call of a tool in an answer.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">Its arguments: a JSON object.</param>
public sealed record AnswerToolCall(string Name, string Arguments);
