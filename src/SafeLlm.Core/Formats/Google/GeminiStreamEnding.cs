using System.Globalization;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>Ends a stream of Gemini's with <c>MAX_TOKENS</c> for each candidate that goes on: as one more event, or as the last object of an array, which it closes.</summary>
internal sealed class GeminiStreamEnding(int candidates) : StreamEnding
{
    private bool isArray;

    /// <inheritdoc/>
    public override void See(ReadOnlySpan<byte> bytes)
    {
    }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> End() => End([]);

    /// <inheritdoc/>
    internal override ReadOnlyMemory<byte> End(IReadOnlyList<int> ended)
    {
        if (ended.Count >= candidates) return isArray ? "\n]"u8.ToArray() : default;
        var last = $"{{\"candidates\":[{string.Join(',', Enumerable.Range(0, candidates).Except(ended).Select(Candidate))}]}}";
        return Encoding.UTF8.GetBytes(isArray ? $",\n{last}\n]" : $"data: {last}\n\n");
    }

    /// <inheritdoc/>
    internal override StreamFrames? FramesOf(string? mediaType)
    {
        isArray = mediaType is "application/json";
        return isArray ? new ArrayFrames() : base.FramesOf(mediaType);
    }

    private static string Candidate(int index) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"content\":{{\"parts\":[{{\"text\":\"\"}}],\"role\":\"model\"}},\"finishReason\":\"MAX_TOKENS\",\"index\":{index}}}");
}
