using System.Text.Json;
using SafeLlm.Testing;
using SafeLlm.Tests.Sdks;

namespace SafeLlm.Tests.Chat;

/// <summary>One request type reaches any of the formats, and what it costs is known to the token whichever it was.</summary>
public sealed class ChatFormatsTests
{
    private const string Model = "gpt-4.1-mini";
    private const string Picture = "data:image/png;base64,iVBORw0KGgo=";

    private static readonly JsonElement Schema = JsonDocument.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""").RootElement;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<ChatFormat> All => [.. Enum.GetValues<ChatFormat>()];

    public static TheoryData<ChatFormat> WithTools => [ChatFormat.OpenAiChat, ChatFormat.OpenAiResponses, ChatFormat.AnthropicMessages];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Whole_Answer_IsReadAndSettledToTheToken(ChatFormat format)
    {
        await using var world = await SdkWorld.StartAsync(o => o.Answer = _ => "The tide waits for nobody.");

        var answer = await Client(world, format).GetResponseAsync(Model, "Say something.", 100, Cancel);

        var bill = Assert.Single(world.Provider.Billed);
        Assert.Equal("The tide waits for nobody.", answer.Text);
        Assert.Equal((bill.InputTokens, bill.OutputTokens, "stop"), (answer.Usage.InputTokens, answer.Usage.OutputTokens, answer.FinishReason));
        Assert.Equal((bill.Cost, bill.Cost.Value), (answer.Cost, await world.SpentAsync()));
        Assert.True(answer.Usage.IsReported);
        Assert.Equal(Model, answer.Model);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Streamed_Answer_IsReadAndSettledToTheToken(ChatFormat format)
    {
        await using var world = await SdkWorld.StartAsync(o => o.Answer = _ => "The tide waits for nobody.");

        var updates = await Client(world, format).GetStreamingResponseAsync(Model, "Say something.", 100, Cancel).ToListAsync(Cancel);

        var bill = Assert.Single(world.Provider.Billed);
        var last = updates[^1];
        Assert.Equal("The tide waits for nobody.", string.Concat(updates.Select(update => update.Text)));
        Assert.True(updates.Count > 4);
        Assert.Equal((bill.InputTokens, bill.OutputTokens, "stop"), (last.Usage!.InputTokens, last.Usage.OutputTokens, last.FinishReason));
        Assert.Equal((bill.Cost, bill.Cost.Value), (last.Cost!.Value, await world.SpentAsync()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Whole_CutAtItsBound_SaysLength(ChatFormat format)
    {
        await using var world = await SdkWorld.StartAsync();

        var answer = await Client(world, format).GetResponseAsync(Model, "Say something long.", 16, Cancel);

        Assert.Equal("length", answer.FinishReason);
        Assert.Equal(16, answer.Usage.OutputTokens);
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Quote_BeforeTheCall_HoldsWhatItCosts(ChatFormat format)
    {
        await using var world = await SdkWorld.StartAsync();
        var client = Client(world, format);

        var quote = await client.QuoteAsync(Model, "Say something.", 100, Cancel);
        Assert.Empty(world.Provider.Requests);
        var answer = await client.GetResponseAsync(Model, "Say something.", 100, Cancel);

        Assert.InRange(answer.Cost.Value, quote.Lower.Value, quote.Upper.Value);
    }

    [Theory]
    [MemberData(nameof(WithTools))]
    public async Task ToolRound_WholeAndStreamed_ComesBackWithItsResult(ChatFormat format)
    {
        await using var world = await SdkWorld.StartAsync(o => o.Answer = prompt => prompt.Turns == 1
            ? new Answer { ToolCalls = [new AnswerToolCall("weather", """{"city":"Berlin"}""")] }
            : "Rain.");
        var client = Client(world, format);
        var tools = new[] { new ToolDeclaration("weather", "The weather of a city", Schema) };
        var ask = new ChatRequest { Model = Model, Messages = [PromptMessage.User("Weather in Berlin?")], MaxOutputTokens = 100, Tools = tools, ToolChoice = "auto" };

        var whole = await client.GetResponseAsync(ask, Cancel);
        var last = (await client.GetStreamingResponseAsync(ask, Cancel).ToListAsync(Cancel))[^1];

        var call = Assert.Single(whole.ToolCalls);
        var streamed = Assert.Single(last.ToolCalls);
        Assert.Equal(("weather", """{"city":"Berlin"}""", "tool_calls"), (call.Name, call.Arguments, whole.FinishReason));
        Assert.Equal(("weather", """{"city":"Berlin"}""", "tool_calls"), (streamed.Name, streamed.Arguments, last.FinishReason));
        Assert.NotEmpty(call.Id);

        var answer = await client.GetResponseAsync(new ChatRequest
        {
            Model = Model,
            Messages = [PromptMessage.User("Weather in Berlin?"), PromptMessage.Assistant("", [call]), PromptMessage.ToolResult(call.Id, "rain")],
            MaxOutputTokens = 100,
            Tools = tools,
        }, Cancel);

        Assert.Equal("Rain.", answer.Text);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Request_AsResponses_HasItsOwnWords()
    {
        var body = await BodyAsync(ChatFormat.OpenAiResponses, Full() with { Stop = [], Seed = null });

        var input = body.GetProperty("input");
        Assert.Equal(("system", "Be brief."), (input[0].GetProperty("role").GetString(), input[0].GetProperty("content")[0].GetProperty("text").GetString()));
        var content = input[1].GetProperty("content");
        Assert.Equal(["input_text", "input_image", "input_file"], content.EnumerateArray().Select(part => part.GetProperty("type").GetString()));
        Assert.Equal(Picture, content[1].GetProperty("image_url").GetString());
        Assert.Equal("data:application/pdf;base64,AQID", content[2].GetProperty("file_data").GetString());
        Assert.Equal(100, body.GetProperty("max_output_tokens").GetInt32());
        Assert.False(body.GetProperty("store").GetBoolean());
        Assert.Equal("json_schema", body.GetProperty("text").GetProperty("format").GetProperty("type").GetString());
        Assert.Equal("weather", body.GetProperty("tool_choice").GetProperty("name").GetString());
        Assert.Equal("weather", body.GetProperty("tools")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task Request_AsAnthropic_HasItsOwnWords()
    {
        var body = await BodyAsync(ChatFormat.AnthropicMessages, Full());

        Assert.Equal("Be brief.", body.GetProperty("system")[0].GetProperty("text").GetString());
        var content = body.GetProperty("messages")[0].GetProperty("content");
        Assert.Equal(["image", "document", "text"], content.EnumerateArray().Select(part => part.GetProperty("type").GetString()));
        Assert.Equal(("base64", "image/png", "iVBORw0KGgo="), Source(content[0]));
        Assert.Equal(("base64", "application/pdf", "AQID"), Source(content[1]));
        Assert.Equal(100, body.GetProperty("max_tokens").GetInt32());
        Assert.Equal("END", body.GetProperty("stop_sequences")[0].GetString());
        Assert.Equal(("tool", "weather"), (body.GetProperty("tool_choice").GetProperty("type").GetString(), body.GetProperty("tool_choice").GetProperty("name").GetString()));
        Assert.Equal("json_schema", body.GetProperty("output_config").GetProperty("format").GetProperty("type").GetString());

        static (string?, string?, string?) Source(JsonElement part)
        {
            var source = part.GetProperty("source");
            return (source.GetProperty("type").GetString(), source.GetProperty("media_type").GetString(), source.GetProperty("data").GetString());
        }
    }

    [Fact]
    public async Task Request_AsChat_HasItsOwnWords()
    {
        var body = await BodyAsync(ChatFormat.OpenAiChat, Full());

        var content = body.GetProperty("messages")[1].GetProperty("content");
        Assert.Equal(["text", "image_url", "file"], content.EnumerateArray().Select(part => part.GetProperty("type").GetString()));
        Assert.Equal("report.pdf", content[2].GetProperty("file").GetProperty("filename").GetString());
        Assert.Equal("END", body.GetProperty("stop")[0].GetString());
        Assert.Equal("json_schema", body.GetProperty("response_format").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Request_AsGenerate_HasItsOwnWords()
    {
        var body = await BodyAsync(ChatFormat.Generate, new ChatRequest { Model = Model, Messages = [PromptMessage.System("Be brief."), PromptMessage.User("Hi")], MaxOutputTokens = 9, Stop = ["THE END"] });

        Assert.Equal(("Be brief.", "Hi", 9), (body.GetProperty("system").GetString(), body.GetProperty("prompt").GetString(), body.GetProperty("max_tokens").GetInt32()));
        Assert.Equal("THE END", body.GetProperty("stop")[0].GetString());
    }

    [Fact]
    public async Task Anthropic_HostOfItsOwn_IsSpokenToInItsFormatWithItsHeaders()
    {
        var world = new Fakes.World();
        world.Options.Endpoint = new Uri("https://api.anthropic.com/v1");
        world.Options.ApiKey = "key";
        world.Provider.Then(Fakes.Answers.Json(System.Net.HttpStatusCode.OK, """{"type":"message","model":"claude-sonnet-4-5","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":3,"output_tokens":2}}"""));

        var answer = await world.Client().GetResponseAsync("claude-sonnet-4-5", "Hi", 50, Cancel);

        var sent = Assert.Single(world.Provider.Requests);
        Assert.Equal(("/v1/messages", "Hi"), (sent.Uri.AbsolutePath, answer.Text));
        Assert.Equal(("key", "2023-06-01"), (sent.Headers["x-api-key"].Single(), sent.Headers["anthropic-version"].Single()));
        Assert.False(sent.Headers.ContainsKey("Authorization"));
    }

    [Theory]
    [InlineData(ChatFormat.OpenAiResponses, "stop sequence")]
    [InlineData(ChatFormat.Generate, "tool")]
    public async Task Request_ThatAFormatCannotSay_IsRefusedWithWhatToDo(ChatFormat format, string what)
    {
        await using var world = await SdkWorld.StartAsync();

        var wrong = await Assert.ThrowsAsync<ArgumentException>(() => Client(world, format).GetResponseAsync(Full(), Cancel));

        Assert.Contains(what, wrong.Message, StringComparison.Ordinal);
        Assert.Empty(world.Provider.Requests);
        Assert.Equal(0, await world.SpentAsync());
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Error_InsideTheStream_IsATransportErrorWithItsCode(ChatFormat format)
    {
        await using var world = await SdkWorld.StartAsync();
        world.Provider.Next(Fault.OverloadedInStream(afterEvents: 4));

        var failure = await Assert.ThrowsAsync<HttpRequestException>(async () => await Client(world, format).GetStreamingResponseAsync(Model, "Say something.", 100, Cancel).ToListAsync(Cancel));

        Assert.Contains("overloaded", failure.Message, StringComparison.Ordinal);
        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    private static ChatRequestDraft Full() => new();

    private static async Task<JsonElement> BodyAsync(ChatFormat format, ChatRequest request)
    {
        await using var world = await SdkWorld.StartAsync();
        await Client(world, format).GetResponseAsync(request, Cancel);
        return world.Provider.Requests.Single().Json;
    }

    private static SafeLlmClient Client(SdkWorld world, ChatFormat format)
    {
        world.Options.Endpoint = world.Provider.BaseAddress;
        world.Options.ApiKey = "key";
        world.Options.Format = format;
        return SafeLlmClient.Create(world.Options);
    }

    private sealed record ChatRequestDraft
    {
        public IReadOnlyList<string> Stop { get; init; } = ["END"];

        public long? Seed { get; init; } = 7;

        public static implicit operator ChatRequest(ChatRequestDraft draft) => new()
        {
            Model = Model,
            Messages = [PromptMessage.System("Be brief."), PromptMessage.User("What is this?", [new Uri(Picture)], [new PromptFile("report.pdf", "application/pdf", new byte[] { 1, 2, 3 })])],
            MaxOutputTokens = 100,
            Stop = draft.Stop,
            Seed = draft.Seed,
            Tools = [new ToolDeclaration("weather", "The weather of a city", Schema)],
            ToolChoice = "weather",
            ResponseSchema = Schema,
        };
    }
}
