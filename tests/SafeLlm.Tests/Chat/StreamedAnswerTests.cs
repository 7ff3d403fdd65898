using System.Text;
using System.Text.Json;
using SafeLlm.Chat;

namespace SafeLlm.Tests.Chat;

/// <summary>Answers as services give them that speak a format a little otherwise.</summary>
public sealed class StreamedAnswerTests
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private const string Chat = """{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi."},"finish_reason":"stop"}]}""";
    private const string Anthropic = """{"type":"message","content":[{"type":"text","text":"Hi."}],"stop_reason":"end_turn"}""";
    private const string Responses = """{"object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"Hi."}]}]}""";

    [Theory]
    [InlineData(null, Chat)]
    [InlineData(ChatFormat.AnthropicMessages, Anthropic)]
    [InlineData(ChatFormat.OpenAiResponses, Responses)]
    public async Task AWholeAnswerInPlaceOfAStream_IsRead(ChatFormat? format, string json)
    {
        using var document = JsonDocument.Parse(json);
        foreach (var text in (string[])[json, JsonSerializer.Serialize(document, Indented)])
        {
            var pieces = await ReadAsync(format, text, "application/json");

            Assert.Equal(("Hi.", "stop"), (string.Concat(pieces.Select(piece => piece.Text)), pieces[^1].FinishReason));
        }
    }

    [Fact]
    public async Task AnAnswerInParts_HasTheTextOfThoseThatAreText()
    {
        const string parts = """[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"H"},{"type":"text","text":"i."}]""";

        var piece = AnswerJson.ReadWhole(ChatDialect.For(null, new Uri("https://api.mistral.ai/v1")), Encoding.UTF8.GetBytes($$$"""{"choices":[{"message":{"content":{{{parts}}}},"finish_reason":"stop"}]}"""));
        var streamed = await ReadAsync(null, $$$"""data: {"choices":[{"delta":{"content":{{{parts}}}}}]}""" + "\n\n", "text/event-stream");

        Assert.Equal(("Hi.", "Hi."), (piece.Text, Assert.Single(streamed).Text));
    }

    [Theory]
    [InlineData("0", "0")]
    [InlineData(null, null)]
    [InlineData("0", "1")]
    public void ToolCallsThatComeWhole_AreToldApartByTheirIds(string? first, string? second)
    {
        var tools = new ToolCallCollector();
        foreach (var (index, id) in ((string?, string)[])[(first, "call_a"), (second, "call_b")])
        {
            var number = index is null ? "" : $"\"index\":{index},";
            tools.Add(Piece($$$"""{"choices":[{"delta":{"tool_calls":[{{{{number}}}"id":"{{{id}}}","function":{"name":"f","arguments":"{\"x\":1}"}}]}}]}"""));
        }

        Assert.Equal([("call_a", "f", """{"x":1}"""), ("call_b", "f", """{"x":1}""")], tools.Whole().Select(call => (call.Id, call.Name, call.Arguments)));
    }

    [Fact]
    public void ToolCallsInPieces_ArePutTogetherByTheirNumbers()
    {
        var tools = new ToolCallCollector();
        tools.Add([new ToolCallPiece(1, "b", "g", null), new ToolCallPiece(0, "a", "f", "{")]);
        tools.Add([new ToolCallPiece(0, "a", null, "\"x\":"), new ToolCallPiece(0, "", null, "1}")]);

        // One that takes nothing may come without arguments, and they are JSON all the same.
        Assert.Equal([("a", "f", """{"x":1}"""), ("b", "g", "{}")], tools.Whole().Select(call => (call.Id, call.Name, call.Arguments)));
    }

    [Theory]
    [InlineData("https://api.mistral.ai/v1", "mistral-small", false, "random_seed")]
    [InlineData("https://api.openai.com/v1", "gpt-4.1-mini", true, "seed")]
    public void Write_AStreamedRequest_HasWhatTheServiceTakes(string endpoint, string model, bool asksForUsage, string seed)
    {
        var body = ChatDialect.For(null, new Uri(endpoint)).Write(new ChatRequest { Model = model, Messages = [PromptMessage.User("Hi")], MaxOutputTokens = 5, Seed = 7 }, stream: true);

        using var json = JsonDocument.Parse(body);
        Assert.Equal(asksForUsage, json.RootElement.TryGetProperty("stream_options", out _));
        Assert.Equal(7, json.RootElement.GetProperty(seed).GetInt32());
    }

    private static IReadOnlyList<ToolCallPiece> Piece(string json) =>
        AnswerJson.ReadEvent(ChatDialect.For(null, new Uri("https://api.openai.com/v1")), Encoding.UTF8.GetBytes(json))!.Value.ToolCalls;

    private static async Task<List<ChatPiece>> ReadAsync(ChatFormat? format, string text, string mediaType)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        var pieces = new List<ChatPiece>();
        await foreach (var piece in AnswerEvents.ReadAsync(ChatDialect.For(format, new Uri("https://api.example.com/v1")), stream, mediaType, TestContext.Current.CancellationToken)) pieces.Add(piece);
        return pieces;
    }
}
