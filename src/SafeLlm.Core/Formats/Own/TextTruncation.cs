using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>
/// Cuts the text of a whole answer that is longer than its bound allows, as the article has it: at five characters a token, and with
/// an end that says so. Every byte outside the text stays as it was, and so does an answer that is not over, or no JSON.
/// </summary>
internal sealed class TextTruncation(long tokens) : StreamFilter
{
    private const int CharactersPerToken = 5;
    private const string Mark = "... [truncated]";

    // Far above any answer in this shape; a larger one passes as it comes.
    private const int MostBytes = 16 << 20;

    private readonly ArrayBufferWriter<byte> kept = new();
    private bool passes;

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        if (!passes && kept.WrittenCount + bytes.Length > MostBytes)
        {
            passes = true;
            output.Write(kept.WrittenSpan);
            kept.Clear();
        }

        if (passes) output.Write(bytes);
        else kept.Write(bytes);
    }

    /// <inheritdoc/>
    public override void Complete(IBufferWriter<byte> output)
    {
        var bytes = kept.WrittenSpan;
        if (!TryFindText(bytes, out var start, out var length, out var text) || text.Length <= tokens * CharactersPerToken)
        {
            output.Write(bytes);
            return;
        }

        var end = (int)(tokens * CharactersPerToken);
        if (end > 0 && char.IsHighSurrogate(text[end - 1])) end--;
        output.Write(bytes[..start]);
        output.Write("\""u8);
        output.Write(Encoding.UTF8.GetBytes(JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text[..end] + Mark)));
        output.Write("\""u8);
        output.Write(bytes[(start + length)..]);
    }

    private static bool TryFindText(ReadOnlySpan<byte> json, out int start, out int length, out string text)
    {
        (start, length, text) = (0, 0, "");
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = StrictJson.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName) continue;
                var isText = reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("response"u8) || reader.ValueTextEquals("completion"u8);
                reader.Read();
                if (!isText || reader.TokenType != JsonTokenType.String)
                {
                    reader.Skip();
                    continue;
                }

                start = (int)reader.TokenStartIndex;
                length = (int)(reader.BytesConsumed - reader.TokenStartIndex);
                text = reader.GetString()!;
                return true;
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            // No JSON, or no text in it: it passes as it came, and its usage is settled as that of an answer that cannot be read.
        }

        return false;
    }
}
