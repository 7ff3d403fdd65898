namespace SafeLlm.Cli.Keys;

/// <summary>A command cannot go on; its message is all that the person at the terminal needs.</summary>
internal sealed class CommandFailedException(string message) : Exception(message);
