using System.Text.Json;

namespace SafeLlm.Testing;

/// <summary>OpenAI chat completions, whole and as server-sent events (OpenAI's OpenAPI description, version 2.3.0).</summary>
internal sealed class OpenAiChatDouble : IDoubleFormat
{
    public string Name => "openai-chat";

    public bool Recognises(string path) => path.EndsWith("/chat/completions", StringComparison.Ordinal);

    public DoubleCall Read(ReceivedRequest request, JsonElement body)
    {
        var model = OpenAiModel.Of(request, body);
        var messages = body.Array("messages");
        return new DoubleCall(model)
        {
            IsStreaming = body.Flag("stream"),
            AsksForUsage = body.Find("stream_options") is { } options && options.Flag("include_usage"),
            Bound = body.Whole("max_completion_tokens", 1) ?? body.Whole("max_tokens", 1),
            Choices = (int)Math.Min(body.Whole("n", 1) ?? 1, 128),
            InputTokens = OpenAiInput.Count(model, messages, body.Find("tools")),
            Turns = messages.GetArrayLength(),
            LastText = OpenAiInput.Text(messages[messages.GetArrayLength() - 1]),
        };
    }

    public byte[] Whole(Generation generation) => JsonMembers.Write(json =>
    {
        Head(json, generation, "chat.completion");
        json.WriteStartArray("choices");
        for (var i = 0; i < generation.Choices.Count; i++)
        {
            var choice = generation.Choices[i];
            json.WriteStartObject();
            json.WriteNumber("index", i);
            json.WriteStartObject("message");
            json.WriteString("role", "assistant");
            json.WriteString("content", choice.Text);
            json.WriteNull("refusal");
            if (choice.ToolCalls.Count > 0)
            {
                json.WriteStartArray("tool_calls");
                for (var call = 0; call < choice.ToolCalls.Count; call++) ToolCall(json, generation, i, call, choice.ToolCalls[call], isDelta: false);
                json.WriteEndArray();
            }

            json.WriteEndObject();
            json.WriteNull("logprobs");
            json.WriteString("finish_reason", FinishReason(choice));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (generation.ReportsUsage) Usage(json, generation);
        json.WriteString("service_tier", "default");
    });

    public IEnumerable<string> Events(Generation generation)
    {
        for (var i = 0; i < generation.Choices.Count; i++)
        {
            var choice = generation.Choices[i];
            yield return Chunk(generation, i, null, delta =>
            {
                delta.WriteString("role", "assistant");
                delta.WriteString("content", "");
                delta.WriteNull("refusal");
            });
            foreach (var text in choice.Deltas()) yield return Chunk(generation, i, null, delta => delta.WriteString("content", text));
            for (var call = 0; call < choice.ToolCalls.Count; call++)
            {
                var (index, choiceIndex) = (call, i);
                yield return Chunk(generation, i, null, delta =>
                {
                    delta.WriteStartArray("tool_calls");
                    ToolCall(delta, generation, choiceIndex, index, choice.ToolCalls[index], isDelta: true);
                    delta.WriteEndArray();
                });
            }

            yield return Chunk(generation, i, FinishReason(choice), _ => { });
        }

        if (generation.Call.AsksForUsage && generation.ReportsUsage)
        {
            yield return Event(json =>
            {
                Head(json, generation, "chat.completion.chunk");
                json.WriteStartArray("choices");
                json.WriteEndArray();
                Usage(json, generation);
            });
        }

        yield return "data: [DONE]\n\n";
    }

    public ErrorAnswer Error(ProviderError error) => OpenAiErrors.Write(error);

    public string ErrorEvent(ProviderError error) => OpenAiErrors.Event(error);

    private static string Event(Action<Utf8JsonWriter> write) => $"data: {JsonMembers.WriteText(write)}\n\n";

    private static string Chunk(Generation generation, int choice, string? finishReason, Action<Utf8JsonWriter> writeDelta) => Event(json =>
    {
        Head(json, generation, "chat.completion.chunk");
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", choice);
        json.WriteStartObject("delta");
        writeDelta(json);
        json.WriteEndObject();
        json.WriteNull("logprobs");
        json.WriteString("finish_reason", finishReason);
        json.WriteEndObject();
        json.WriteEndArray();
        if (generation.Call.AsksForUsage) json.WriteNull("usage");
    });

    private static void Head(Utf8JsonWriter json, Generation generation, string kind)
    {
        json.WriteString("id", "chatcmpl-" + generation.Id);
        json.WriteString("object", kind);
        json.WriteNumber("created", generation.Created.ToUnixTimeSeconds());
        json.WriteString("model", generation.Call.Model);
    }

    private static void ToolCall(Utf8JsonWriter json, Generation generation, int choice, int index, AnswerToolCall call, bool isDelta)
    {
        json.WriteStartObject();
        if (isDelta) json.WriteNumber("index", index);
        json.WriteString("id", FormattableString.Invariant($"call_{generation.Id}_{choice}_{index}"));
        json.WriteString("type", "function");
        json.WriteStartObject("function");
        json.WriteString("name", call.Name);
        json.WriteString("arguments", call.Arguments);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, Generation generation)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", generation.Input);
        json.WriteNumber("completion_tokens", generation.Output);
        json.WriteNumber("total_tokens", generation.Input + generation.Output);
        json.WriteStartObject("prompt_tokens_details");
        json.WriteNumber("cached_tokens", 0);
        json.WriteNumber("audio_tokens", 0);
        json.WriteEndObject();
        json.WriteStartObject("completion_tokens_details");
        json.WriteNumber("reasoning_tokens", generation.Reasoning);
        json.WriteNumber("audio_tokens", 0);
        json.WriteNumber("accepted_prediction_tokens", 0);
        json.WriteNumber("rejected_prediction_tokens", 0);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string FinishReason(GeneratedChoice choice) =>
        choice.IsCut ? "length" : choice.ToolCalls.Count > 0 ? "tool_calls" : "stop";
}
