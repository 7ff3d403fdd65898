namespace SafeLlm.Tokens;

/// <summary>How an encoding cuts text into pieces before it merges bytes. An interface for the compiler's sake: each counter is compiled with its own rules.</summary>
internal interface ISplitter
{
    /// <summary>The end of the piece that starts at <paramref name="start"/>; each byte is looked at a bounded number of times.</summary>
    static abstract int End(ReadOnlySpan<byte> text, int start);
}
