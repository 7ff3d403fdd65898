using System.Text.Json;

namespace SafeLlm.Testing;

/// <summary>OpenAI Responses, whole and as named server-sent events without <c>[DONE]</c> (OpenAI's OpenAPI description, version 2.3.0).</summary>
internal sealed class OpenAiResponsesDouble : IDoubleFormat
{
    public string Name => "openai-responses";

    public bool Recognises(string path) => path.EndsWith("/responses", StringComparison.Ordinal);

    public DoubleCall Read(ReceivedRequest request, JsonElement body)
    {
        var model = OpenAiModel.Of(request, body);
        var (tokens, turns, last) = OpenAiResponsesInput.Read(model, body);
        return new DoubleCall(model)
        {
            IsStreaming = body.Flag("stream"),
            AsksForUsage = true,
            Bound = body.Whole("max_output_tokens", 16),
            InputTokens = tokens,
            Turns = turns,
            LastText = last,
        };
    }

    public byte[] Whole(Generation generation) => JsonMembers.Write(json => Response(json, generation, isEnd: true));

    public IEnumerable<string> Events(Generation generation)
    {
        var number = 0;
        string Event(string type, Action<Utf8JsonWriter> write) => $"event: {type}\ndata: {JsonMembers.WriteText(json =>
        {
            json.WriteString("type", type);
            json.WriteNumber("sequence_number", number++);
            write(json);
        })}\n\n";

        void Whole(Utf8JsonWriter json, bool isEnd)
        {
            json.WriteStartObject("response");
            Response(json, generation, isEnd);
            json.WriteEndObject();
        }

        yield return Event("response.created", json => Whole(json, isEnd: false));
        yield return Event("response.in_progress", json => Whole(json, isEnd: false));
        foreach (var item in Items(generation))
        {
            void Place(Utf8JsonWriter json)
            {
                json.WriteString("item_id", item.Id);
                json.WriteNumber("output_index", item.Index);
            }

            yield return Event("response.output_item.added", json => ItemEvent(json, item, isEnd: false));
            if (item.Call is { } call)
            {
                yield return Event("response.function_call_arguments.delta", json =>
                {
                    Place(json);
                    json.WriteString("delta", call.Arguments);
                });
                yield return Event("response.function_call_arguments.done", json =>
                {
                    Place(json);
                    json.WriteString("arguments", call.Arguments);
                });
            }
            else
            {
                yield return Event("response.content_part.added", json => PartEvent(json, item, ""));
                foreach (var text in item.Choice.Deltas())
                {
                    yield return Event("response.output_text.delta", json =>
                    {
                        Place(json);
                        json.WriteNumber("content_index", 0);
                        json.WriteString("delta", text);
                    });
                }

                yield return Event("response.output_text.done", json =>
                {
                    Place(json);
                    json.WriteNumber("content_index", 0);
                    json.WriteString("text", item.Choice.Text);
                });
                yield return Event("response.content_part.done", json => PartEvent(json, item, item.Choice.Text));
            }

            yield return Event("response.output_item.done", json => ItemEvent(json, item, isEnd: true));
        }

        yield return Event(generation.Choices[0].IsCut ? "response.incomplete" : "response.completed", json => Whole(json, isEnd: true));
    }

    public ErrorAnswer Error(ProviderError error) => OpenAiErrors.Write(error);

    public string ErrorEvent(ProviderError error) => $"event: error\ndata: {JsonMembers.WriteText(json =>
    {
        json.WriteString("type", "error");
        json.WriteString("code", OpenAiErrors.Words(error.Kind).Code);
        json.WriteString("message", error.Message);
        json.WriteNull("param");
        json.WriteNumber("sequence_number", 0);
    })}\n\n";

    private static IEnumerable<Item> Items(Generation generation)
    {
        var choice = generation.Choices[0];
        var index = 0;
        if (choice.Text.Length > 0 || choice.ToolCalls.Count == 0) yield return new Item($"msg_{generation.Id}", index++, choice, null);
        foreach (var call in choice.ToolCalls) yield return new Item(FormattableString.Invariant($"fc_{generation.Id}_{index}"), index++, choice, call);
    }

    private static void Response(Utf8JsonWriter json, Generation generation, bool isEnd)
    {
        var isCut = isEnd && generation.Choices[0].IsCut;
        json.WriteString("id", "resp_" + generation.Id);
        json.WriteString("object", "response");
        json.WriteNumber("created_at", generation.Created.ToUnixTimeSeconds());
        json.WriteString("status", !isEnd ? "in_progress" : isCut ? "incomplete" : "completed");
        json.WriteBoolean("background", false);
        json.WriteNull("error");
        if (isCut)
        {
            json.WriteStartObject("incomplete_details");
            json.WriteString("reason", "max_output_tokens");
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("incomplete_details");
        }

        json.WriteNull("instructions");
        if (generation.Call.Bound is { } bound) json.WriteNumber("max_output_tokens", bound);
        else json.WriteNull("max_output_tokens");
        json.WriteString("model", generation.Call.Model);
        json.WriteStartArray("output");
        foreach (var item in isEnd ? Items(generation) : [])
        {
            json.WriteStartObject();
            item.Write(json, isEnd: true);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("parallel_tool_calls", true);
        json.WriteNull("previous_response_id");
        json.WriteString("service_tier", "default");
        json.WriteBoolean("store", false);
        json.WriteString("tool_choice", "auto");
        json.WriteStartArray("tools");
        json.WriteEndArray();
        if (isEnd && generation.ReportsUsage) Usage(json, generation);
        else json.WriteNull("usage");
        json.WriteStartObject("metadata");
        json.WriteEndObject();
    }

    private static void ItemEvent(Utf8JsonWriter json, Item item, bool isEnd)
    {
        json.WriteNumber("output_index", item.Index);
        json.WriteStartObject("item");
        item.Write(json, isEnd);
        json.WriteEndObject();
    }

    private static void PartEvent(Utf8JsonWriter json, Item item, string text)
    {
        json.WriteString("item_id", item.Id);
        json.WriteNumber("output_index", item.Index);
        json.WriteNumber("content_index", 0);
        json.WriteStartObject("part");
        Item.WritePart(json, text);
        json.WriteEndObject();
    }

    private static void Usage(Utf8JsonWriter json, Generation generation)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", generation.Input);
        json.WriteStartObject("input_tokens_details");
        json.WriteNumber("cached_tokens", 0);
        json.WriteEndObject();
        json.WriteNumber("output_tokens", generation.Output);
        json.WriteStartObject("output_tokens_details");
        json.WriteNumber("reasoning_tokens", generation.Reasoning);
        json.WriteEndObject();
        json.WriteNumber("total_tokens", generation.Input + generation.Output);
        json.WriteEndObject();
    }

    /// <summary>An output item: a message, or a call of a tool.</summary>
    private sealed record Item(string Id, int Index, GeneratedChoice Choice, AnswerToolCall? Call)
    {
        public void Write(Utf8JsonWriter json, bool isEnd)
        {
            json.WriteString("id", Id);
            json.WriteString("status", !isEnd ? "in_progress" : Choice.IsCut ? "incomplete" : "completed");
            if (Call is { } call)
            {
                json.WriteString("type", "function_call");
                json.WriteString("call_id", "call_" + Id);
                json.WriteString("name", call.Name);
                json.WriteString("arguments", isEnd ? call.Arguments : "");
                return;
            }

            json.WriteString("type", "message");
            json.WriteString("role", "assistant");
            json.WriteStartArray("content");
            if (isEnd)
            {
                json.WriteStartObject();
                WritePart(json, Choice.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        public static void WritePart(Utf8JsonWriter json, string text)
        {
            json.WriteString("type", "output_text");
            json.WriteStartArray("annotations");
            json.WriteEndArray();
            json.WriteString("text", text);
        }
    }
}
