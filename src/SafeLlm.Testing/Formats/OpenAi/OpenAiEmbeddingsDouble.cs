using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using SafeLlm.Tokens;

namespace SafeLlm.Testing;

/// <summary>OpenAI embeddings: vectors that are the same whenever the text is (OpenAI's OpenAPI description, version 2.3.0).</summary>
internal sealed class OpenAiEmbeddingsDouble : IDoubleFormat
{
    private const int DefaultDimensions = 1536;

    public string Name => "openai-embeddings";

    public bool Recognises(string path) => path.EndsWith("/embeddings", StringComparison.Ordinal);

    public DoubleCall Read(ReceivedRequest request, JsonElement body)
    {
        var model = OpenAiModel.Of(request, body);
        var counter = TokenCounters.For(model);
        var inputs = new List<string>();
        long tokens = 0;
        foreach (var (text, count) in Inputs(body))
        {
            inputs.Add(text);
            tokens += count ?? counter.Count(Encoding.UTF8.GetBytes(text));
        }

        var format = body.Find("encoding_format") is { ValueKind: JsonValueKind.String } value ? value.GetString() : "float";
        var dimensions = (int)Math.Min(body.Whole("dimensions", 1) ?? DefaultDimensions, 4096);
        return new EmbeddingsCall(model, inputs, dimensions, format == "base64")
        {
            Choices = 0,
            InputTokens = tokens,
            Turns = inputs.Count,
            LastText = inputs[^1],
        };
    }

    public byte[] Whole(Generation generation) => JsonMembers.Write(json =>
    {
        var call = (EmbeddingsCall)generation.Call;
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        for (var i = 0; i < call.Inputs.Count; i++)
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", i);
            Vector(json, call, call.Inputs[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", call.Model);
        if (!generation.ReportsUsage) return;
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", generation.Input);
        json.WriteNumber("total_tokens", generation.Input);
        json.WriteEndObject();
    });

    public IEnumerable<string> Events(Generation generation) => throw new NotSupportedException("Embeddings are not streamed.");

    public ErrorAnswer Error(ProviderError error) => OpenAiErrors.Write(error);

    public string ErrorEvent(ProviderError error) => OpenAiErrors.Event(error);

    /// <summary>Texts, or tokens that the caller has counted already.</summary>
    private static IEnumerable<(string Text, int? Tokens)> Inputs(JsonElement body)
    {
        if (body.Find("input") is { ValueKind: JsonValueKind.String } text)
        {
            yield return (text.GetString()!, null);
            yield break;
        }

        var items = body.Array("input");
        if (items[0].ValueKind == JsonValueKind.Number)
        {
            yield return (items.GetRawText(), items.GetArrayLength());
            yield break;
        }

        foreach (var item in items.EnumerateArray())
        {
            yield return item.ValueKind switch
            {
                JsonValueKind.String => (item.GetString()!, (int?)null),
                JsonValueKind.Array => (item.GetRawText(), item.GetArrayLength()),
                _ => throw new MalformedRequestException("input", "Invalid 'input': expected texts or tokens."),
            };
        }
    }

    private static void Vector(Utf8JsonWriter json, EmbeddingsCall call, string text)
    {
        var random = new TextSequence(text);
        if (call.IsBase64)
        {
            var bytes = new byte[call.Dimensions * sizeof(float)];
            for (var i = 0; i < call.Dimensions; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), random.NextUnit());
            json.WriteBase64String("embedding", bytes);
            return;
        }

        json.WriteStartArray("embedding");
        for (var i = 0; i < call.Dimensions; i++) json.WriteNumberValue(random.NextUnit());
        json.WriteEndArray();
    }
}
