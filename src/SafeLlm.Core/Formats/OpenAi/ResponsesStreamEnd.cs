using System.Buffers;
using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>The event that ends a stream of OpenAI Responses at its bound: <c>response.incomplete</c>, for <c>max_output_tokens</c>.</summary>
internal static class ResponsesStreamEnd
{
    public static ReadOnlyMemory<byte> Of(CallFacts facts)
    {
        var end = new ArrayBufferWriter<byte>(512);
        end.Write("event: response.incomplete\ndata: "u8);
        using (var json = new Utf8JsonWriter(end))
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "response.incomplete"u8);
            json.WriteNumber("sequence_number"u8, int.MaxValue);
            json.WriteStartObject("response"u8);
            json.WriteString("id"u8, "resp_safellm_cut"u8);
            json.WriteString("object"u8, "response"u8);
            json.WriteNumber("created_at"u8, 0);
            json.WriteString("status"u8, "incomplete"u8);
            json.WriteNull("error"u8);
            json.WriteStartObject("incomplete_details"u8);
            json.WriteString("reason"u8, "max_output_tokens"u8);
            json.WriteEndObject();
            json.WriteNull("instructions"u8);
            if (facts.Bound.TokensPerChoice is { } bound) json.WriteNumber("max_output_tokens"u8, bound);
            json.WriteString("model"u8, facts.Model);
            json.WriteStartArray("output"u8);
            json.WriteEndArray();
            json.WriteBoolean("parallel_tool_calls"u8, true);
            json.WriteString("tool_choice"u8, "auto"u8);
            json.WriteStartArray("tools"u8);
            json.WriteEndArray();
            json.WriteNull("usage"u8);
            json.WriteStartObject("metadata"u8);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        end.Write("\n\n"u8);
        return end.WrittenMemory;
    }
}
