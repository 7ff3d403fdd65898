using System.Text;
using System.Text.Json;

namespace SafeLlm.Testing;

/// <summary>Anthropic Messages, whole and as named server-sent events (Anthropic's SDK types, API version 2023-06-01).</summary>
internal sealed class AnthropicMessagesDouble : IDoubleFormat
{
    public string Name => "anthropic-messages";

    public bool Recognises(string path) => path.EndsWith("/messages", StringComparison.Ordinal);

    public DoubleCall Read(ReceivedRequest request, JsonElement body)
    {
        if (request.Header("anthropic-version") is null) throw new MalformedRequestException("anthropic-version", "anthropic-version: header is required");
        var model = body.Required("model");
        var messages = body.Array("messages");
        return new DoubleCall(model)
        {
            IsStreaming = body.Flag("stream"),
            AsksForUsage = true,
            Bound = body.Whole("max_tokens", 1) ?? throw new MalformedRequestException("max_tokens", "max_tokens: Field required"),
            InputTokens = AnthropicInput.Count(body, messages),
            Turns = messages.GetArrayLength(),
            LastText = AnthropicInput.Text(messages[messages.GetArrayLength() - 1].Find("content")),
        };
    }

    public byte[] Whole(Generation generation) => JsonMembers.Write(json =>
    {
        var choice = generation.Choices[0];
        Head(json, generation);
        json.WriteStartArray("content");
        if (choice.Text.Length > 0) Block(json, writeContent: block => block.WriteString("text", choice.Text));
        for (var i = 0; i < choice.ToolCalls.Count; i++)
        {
            var call = choice.ToolCalls[i];
            Block(json, generation, call, i, block =>
            {
                block.WritePropertyName("input");
                block.WriteRawValue(call.Arguments);
            });
        }

        json.WriteEndArray();
        json.WriteString("stop_reason", StopReason(choice));
        json.WriteNull("stop_sequence");
        if (generation.ReportsUsage) Usage(json, generation.Input, generation.Output);
    });

    public IEnumerable<string> Events(Generation generation)
    {
        var choice = generation.Choices[0];
        yield return Event("message_start", json =>
        {
            json.WriteStartObject("message");
            Head(json, generation);
            json.WriteStartArray("content");
            json.WriteEndArray();
            json.WriteNull("stop_reason");
            json.WriteNull("stop_sequence");
            if (generation.ReportsUsage) Usage(json, generation.Input, Math.Min(1, generation.Output));
            json.WriteEndObject();
        });
        var index = 0;
        if (choice.Text.Length > 0)
        {
            yield return BlockStart(index, json => Block(json, writeContent: block => block.WriteString("text", "")));
            yield return Event("ping", _ => { });
            foreach (var text in choice.Deltas()) yield return Delta(index, "text_delta", "text", text);
            yield return BlockStop(index++);
        }

        for (var i = 0; i < choice.ToolCalls.Count; i++)
        {
            var (call, number) = (choice.ToolCalls[i], i);
            yield return BlockStart(index, json => Block(json, generation, call, number, block =>
            {
                block.WriteStartObject("input");
                block.WriteEndObject();
            }));
            yield return Delta(index, "input_json_delta", "partial_json", call.Arguments);
            yield return BlockStop(index++);
        }

        yield return Event("message_delta", json =>
        {
            json.WriteStartObject("delta");
            json.WriteString("stop_reason", StopReason(choice));
            json.WriteNull("stop_sequence");
            json.WriteEndObject();
            if (!generation.ReportsUsage) return;
            json.WriteStartObject("usage");
            json.WriteNumber("input_tokens", generation.Input);
            json.WriteNumber("cache_creation_input_tokens", 0);
            json.WriteNumber("cache_read_input_tokens", 0);
            json.WriteNumber("output_tokens", generation.Output);
            json.WriteEndObject();
        });
        yield return Event("message_stop", _ => { });
    }

    public ErrorAnswer Error(ProviderError error) => AnthropicErrors.Write(error);

    public string ErrorEvent(ProviderError error) => $"event: error\ndata: {Encoding.UTF8.GetString(AnthropicErrors.Write(error).Content)}\n\n";

    private static string Event(string type, Action<Utf8JsonWriter> write) => $"event: {type}\ndata: {JsonMembers.WriteText(json =>
    {
        json.WriteString("type", type);
        write(json);
    })}\n\n";

    private static string BlockStart(int index, Action<Utf8JsonWriter> writeBlock) => Event("content_block_start", json =>
    {
        json.WriteNumber("index", index);
        json.WritePropertyName("content_block");
        writeBlock(json);
    });

    private static string BlockStop(int index) => Event("content_block_stop", json => json.WriteNumber("index", index));

    private static string Delta(int index, string type, string member, string text) => Event("content_block_delta", json =>
    {
        json.WriteNumber("index", index);
        json.WriteStartObject("delta");
        json.WriteString("type", type);
        json.WriteString(member, text);
        json.WriteEndObject();
    });

    private static void Head(Utf8JsonWriter json, Generation generation)
    {
        json.WriteString("id", "msg_" + generation.Id);
        json.WriteString("type", "message");
        json.WriteString("role", "assistant");
        json.WriteString("model", generation.Call.Model);
    }

    private static void Block(Utf8JsonWriter json, Action<Utf8JsonWriter> writeContent)
    {
        json.WriteStartObject();
        json.WriteString("type", "text");
        writeContent(json);
        json.WriteEndObject();
    }

    private static void Block(Utf8JsonWriter json, Generation generation, AnswerToolCall call, int index, Action<Utf8JsonWriter> writeInput)
    {
        json.WriteStartObject();
        json.WriteString("type", "tool_use");
        json.WriteString("id", FormattableString.Invariant($"toolu_{generation.Id}_{index}"));
        json.WriteString("name", call.Name);
        writeInput(json);
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, long input, long output)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", input);
        json.WriteNumber("cache_creation_input_tokens", 0);
        json.WriteNumber("cache_read_input_tokens", 0);
        json.WriteNumber("output_tokens", output);
        json.WriteString("service_tier", "standard");
        json.WriteEndObject();
    }

    private static string StopReason(GeneratedChoice choice) =>
        choice.IsCut ? "max_tokens" : choice.ToolCalls.Count > 0 ? "tool_use" : "end_turn";
}
