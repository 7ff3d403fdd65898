namespace SafeLlm.Formats;

/// <summary>Knows where the events of a stream end, however they are framed and wherever its bytes are split.</summary>
internal abstract class StreamFrames
{
    /// <summary>Passes over bytes.</summary>
    /// <param name="bytes">The next bytes of the stream.</param>
    /// <param name="stopsAtEnd">Whether to stop behind the next event that ends.</param>
    /// <param name="isAtEnd">Whether it stopped there.</param>
    /// <returns>How many bytes were passed: all of them where it did not stop.</returns>
    public abstract int Pass(ReadOnlySpan<byte> bytes, bool stopsAtEnd, out bool isAtEnd);
}
