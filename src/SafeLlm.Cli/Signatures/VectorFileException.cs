namespace SafeLlm.Cli.Signatures;

/// <summary>The file is not of the shape that was asked for.</summary>
internal sealed class VectorFileException(string message) : Exception(message);
