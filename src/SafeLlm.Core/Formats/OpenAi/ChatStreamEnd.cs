using System.Buffers;
using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>The events that end a chat stream at its bound: a last piece with <c>finish_reason: length</c> for each choice that goes on, and the end mark.</summary>
/// <param name="facts">The call.</param>
/// <param name="isText">Whether it is one of legacy completions, whose choices are text.</param>
internal sealed class ChatStreamEnd(CallFacts facts, bool isText) : StreamEnding
{
    /// <inheritdoc/>
    public override void See(ReadOnlySpan<byte> bytes)
    {
    }

    /// <inheritdoc/>
    public override ReadOnlyMemory<byte> End() => End([]);

    /// <inheritdoc/>
    internal override ReadOnlyMemory<byte> End(IReadOnlyList<int> ended)
    {
        var end = new ArrayBufferWriter<byte>(256);
        if (ended.Count < facts.Bound.Choices) WritePieces(end, ended);
        end.Write("data: [DONE]\n\n"u8);
        return end.WrittenMemory;
    }

    private void WritePieces(ArrayBufferWriter<byte> end, IReadOnlyList<int> ended)
    {
        end.Write("data: "u8);
        using (var json = new Utf8JsonWriter(end))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, "safellm-cut"u8);
            json.WriteString("object"u8, isText ? "text_completion"u8 : "chat.completion.chunk"u8);
            json.WriteNumber("created"u8, 0);
            json.WriteString("model"u8, facts.Model);
            json.WriteStartArray("choices"u8);
            for (var i = 0; i < facts.Bound.Choices; i++)
            {
                if (ended.Contains(i)) continue;
                json.WriteStartObject();
                json.WriteNumber("index"u8, i);
                if (isText)
                {
                    json.WriteString("text"u8, ""u8);
                    json.WriteNull("logprobs"u8);
                }
                else
                {
                    json.WriteStartObject("delta"u8);
                    json.WriteEndObject();
                }

                json.WriteString("finish_reason"u8, "length"u8);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        end.Write("\n\n"u8);
    }
}
