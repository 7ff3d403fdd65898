using System.Globalization;

namespace SafeLlm.Formats;

/// <summary>Ends a stream of ConverseStream: closes the block that is open, and says <c>max_tokens</c>, in frames as Bedrock sends them.</summary>
internal sealed class ConverseStreamEnding : AwsStreamEnding
{
    private int open = -1;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> End()
    {
        var stop = AwsFrames.Event("messageStop", """{"stopReason":"max_tokens"}""");
        return open < 0 ? stop : (byte[])[.. AwsFrames.Event("contentBlockStop", string.Create(CultureInfo.InvariantCulture, $$"""{"contentBlockIndex":{{open}}}""")), .. stop];
    }

    /// <inheritdoc/>
    protected override void Judge(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload)
    {
        if (type.SequenceEqual("contentBlockStop"u8)) open = -1;
        else if (type.StartsWith("contentBlock"u8) && Number(payload, "\"contentBlockIndex\":"u8) is { } block) open = block;
    }
}
