namespace SafeLlm.Cli.Traffic;

/// <summary>A line that holds no record. The message names the member and never its value.</summary>
internal sealed class BadLineException(string message) : Exception(message);
