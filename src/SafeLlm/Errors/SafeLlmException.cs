namespace SafeLlm;

/// <summary>
/// A call that SafeLlm did not let through, or an answer that it could not read. It derives from <see cref="Exception"/> alone:
/// model SDKs retry <see cref="HttpRequestException"/>, <see cref="IOException"/> and <see cref="OperationCanceledException"/>,
/// and a refusal that is tried again is only refused again.
/// </summary>
public abstract class SafeLlmException : Exception
{
    private protected SafeLlmException(string message, Refusal? refusal, Exception? inner)
        : base(message, inner) => Refusal = refusal;

    /// <summary>Why the call was not let through; null where it was, and its answer could not be read.</summary>
    public Refusal? Refusal { get; }
}
