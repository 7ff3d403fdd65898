namespace SafeLlm.Chat;

/// <summary>A piece of a tool call: the first has id and name, all have some of the arguments.</summary>
internal readonly record struct ToolCallPiece(int Index, string? Id, string? Name, string? Arguments);
