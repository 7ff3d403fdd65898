namespace SafeLlm;

/// <summary>An answer that came back and cannot be read. What it cost is settled by <see cref="SafeLlmClientOptions.OnMissingUsage"/>.</summary>
public sealed class ResponseFormatException : SafeLlmException
{
    internal ResponseFormatException(string message, Exception? inner = null)
        : base(message, null, inner)
    {
    }
}
