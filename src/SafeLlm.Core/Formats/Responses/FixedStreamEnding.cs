namespace SafeLlm.Formats;

/// <summary>An ending that needs to know nothing of the stream.</summary>
internal sealed class FixedStreamEnding(ReadOnlyMemory<byte> end, bool isEvents) : StreamEnding
{
    /// <inheritdoc/>
    public override bool IsEvents => isEvents;

    /// <inheritdoc/>
    public override void See(ReadOnlySpan<byte> bytes)
    {
    }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> End() => end;
}
