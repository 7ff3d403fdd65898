using System.Text.Json;
using SafeLlm.Tokens;

namespace SafeLlm.Testing;

/// <summary>An API of one's own: <c>{"prompt", "max_tokens"}</c> in, <c>{"text", "usage"}</c> out, whole or as server-sent events.</summary>
internal sealed class GenerateDouble : IDoubleFormat
{
    public string Name => "generate";

    public bool Recognises(string path) => path.EndsWith("/generate", StringComparison.Ordinal);

    public DoubleCall Read(ReceivedRequest request, JsonElement body)
    {
        var model = body.Required("model");
        var prompt = body.Required("prompt");
        var system = body.Find("system") is { ValueKind: JsonValueKind.String } said ? said.GetString()! : "";
        return new DoubleCall(model)
        {
            IsStreaming = body.Flag("stream"),
            AsksForUsage = true,
            Bound = body.Whole("max_tokens", 1),
            Choices = (int)Math.Min(body.Whole("n", 1) ?? 1, 128),
            InputTokens = TokenCounters.For(model).Count(System.Text.Encoding.UTF8.GetBytes(system + prompt)),
            Turns = 1,
            LastText = prompt,
        };
    }

    public byte[] Whole(Generation generation) => JsonMembers.Write(json =>
    {
        json.WriteString("model", generation.Call.Model);
        json.WriteString("text", generation.Choices[0].Text);
        json.WriteString("finish_reason", generation.Choices[0].IsCut ? "length" : "stop");
        if (generation.ReportsUsage) Usage(json, generation);
    });

    public IEnumerable<string> Events(Generation generation)
    {
        foreach (var text in generation.Choices[0].Deltas()) yield return Event(json => json.WriteString("text", text));
        yield return Event(json =>
        {
            json.WriteString("model", generation.Call.Model);
            json.WriteString("finish_reason", generation.Choices[0].IsCut ? "length" : "stop");
            if (generation.ReportsUsage) Usage(json, generation);
            json.WriteBoolean("done", true);
        });
    }

    public ErrorAnswer Error(ProviderError error) => OpenAiErrors.Write(error);

    public string ErrorEvent(ProviderError error) => OpenAiErrors.Event(error);

    private static string Event(Action<Utf8JsonWriter> write) => $"data: {JsonMembers.WriteText(write)}\n\n";

    private static void Usage(Utf8JsonWriter json, Generation generation)
    {
        json.WriteStartObject("usage");
        json.WriteNumber("input_tokens", generation.Input);
        json.WriteNumber("output_tokens", generation.Output);
        json.WriteEndObject();
    }
}
