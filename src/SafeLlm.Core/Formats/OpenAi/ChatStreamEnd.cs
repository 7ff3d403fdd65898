using System.Buffers;
using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>The events that end a chat stream at its bound: a last piece with <c>finish_reason: length</c> for each choice, and the end mark.</summary>
internal static class ChatStreamEnd
{
    public static ReadOnlyMemory<byte> Of(CallFacts facts) => Of(facts, "chat.completion.chunk"u8, isText: false);

    /// <summary>The same for legacy completions, whose choices are text.</summary>
    public static ReadOnlyMemory<byte> OfText(CallFacts facts) => Of(facts, "text_completion"u8, isText: true);

    private static ReadOnlyMemory<byte> Of(CallFacts facts, ReadOnlySpan<byte> kind, bool isText)
    {
        var end = new ArrayBufferWriter<byte>(256);
        end.Write("data: "u8);
        using (var json = new Utf8JsonWriter(end))
        {
            json.WriteStartObject();
            json.WriteString("id"u8, "safellm-cut"u8);
            json.WriteString("object"u8, kind);
            json.WriteNumber("created"u8, 0);
            json.WriteString("model"u8, facts.Model);
            json.WriteStartArray("choices"u8);
            for (var i = 0; i < facts.Bound.Choices; i++)
            {
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

        end.Write("\n\ndata: [DONE]\n\n"u8);
        return end.WrittenMemory;
    }
}
