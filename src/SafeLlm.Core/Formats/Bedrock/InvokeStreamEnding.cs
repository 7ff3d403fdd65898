using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>
/// Ends a stream of InvokeModelWithResponseStream in the words of the model that writes it, which the chunks themselves tell: a
/// model's id need not (inference profiles). Only what a chunk of that shape was seen of is said; else the stream ends between frames.
/// </summary>
internal sealed class InvokeStreamEnding(CallFacts facts) : AwsStreamEnding
{
    // Places in the list: what these end hangs on the block that is open.
    private const int Claude = 0;
    private const int Nova = 1;

    // As chunks have them outside of strings, where quotes have no backslash. What ends more than the chunk stands in End.
    private static readonly (byte[] Sign, string? End)[] Shapes =
    [
        (Bytes("\"type\":\"content_block_"), null),
        (Bytes("\"contentBlockDelta\":"), null),
        (Bytes("\"generation\":"), """{"generation":"","prompt_token_count":null,"generation_token_count":null,"stop_reason":"length"}"""),
        (Bytes("\"outputText\":"), """{"outputText":"","index":0,"totalOutputTextTokenCount":null,"completionReason":"LENGTH","inputTextTokenCount":null}"""),
        (Bytes("\"outputs\":["), """{"outputs":[{"text":"","stop_reason":"length"}]}"""),
        (Bytes("\"choices\":["), """{"choices":[{"index":0,"delta":{},"finish_reason":"length"}]}"""),
        (Bytes("\"completion\":"), """{"type":"completion","completion":"","stop_reason":"max_tokens","stop":null}"""),
        (Bytes("\"is_finished\":"), """{"is_finished":true,"event_type":"stream-end","finish_reason":"MAX_TOKENS"}"""),
    ];

    private int shape = -1;
    private int open = -1;

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> End() => shape switch
    {
        < 0 => default,
        Claude => Chunks(
            open < 0 ? null : string.Create(CultureInfo.InvariantCulture, $$"""{"type":"content_block_stop","index":{{open}}}"""),
            string.Create(CultureInfo.InvariantCulture, $$$"""{"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"output_tokens":{{{facts.Bound.Tokens ?? 0}}}}}"""),
            """{"type":"message_stop"}"""),
        Nova => Chunks(
            open < 0 ? null : string.Create(CultureInfo.InvariantCulture, $$$"""{"contentBlockStop":{"contentBlockIndex":{{{open}}}}}"""),
            """{"messageStop":{"stopReason":"max_tokens"}}"""),
        _ => Chunks(Shapes[shape].End),
    };

    /// <inheritdoc/>
    protected override void Judge(ReadOnlySpan<byte> type, ReadOnlySpan<byte> payload)
    {
        var name = "\"bytes\":\""u8;
        if (payload.IndexOf(name) is not (>= 0 and var at)) return;
        var text = payload[(at + name.Length)..];
        var end = text.IndexOf((byte)'"');
        if (end >= 0) text = text[..end];

        // What the beginning of a chunk says is enough, so that of a long one the rest is not kept.
        Span<byte> chunk = stackalloc byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        _ = Base64.DecodeFromUtf8(text[..(text.Length / 4 * 4)], chunk, out _, out var written, isFinalBlock: end >= 0);
        Follow(chunk[..written]);
    }

    private void Follow(ReadOnlySpan<byte> chunk)
    {
        for (var i = 0; i < Shapes.Length; i++)
        {
            if (chunk.IndexOf(Shapes[i].Sign) < 0) continue;
            shape = i;
            break;
        }

        if (chunk.IndexOf("\"type\":\"content_block_stop\""u8) >= 0 || chunk.IndexOf("\"contentBlockStop\":"u8) >= 0) open = -1;
        else if (chunk.IndexOf("\"type\":\"content_block_start\""u8) >= 0) open = Number(chunk, "\"index\":"u8) ?? open;
        else if (shape == Nova) open = Number(chunk, "\"contentBlockIndex\":"u8) ?? open;
    }

    private static ReadOnlyMemory<byte> Chunks(params ReadOnlySpan<string?> documents)
    {
        var frames = new List<byte>();
        foreach (var document in documents)
        {
            if (document is not null) frames.AddRange(AwsFrames.Event("chunk", $$"""{"bytes":"{{Convert.ToBase64String(Bytes(document))}}"}"""));
        }

        return frames.ToArray();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
