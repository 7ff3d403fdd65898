using System.Text;
using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Metering;

/// <summary>A stream over its bound ends well-formed in its own format, with its bound as the reason.</summary>
public sealed class StreamCutFormatsTests
{
    private const string Words = "The tide waits for nobody, and the budget neither, whatever was asked. ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_OverItsBoundByExactCount_IsCutLongBeforeTheBytesSaySo()
    {
        // 100 tokens allowed: cut above 126 counted, which are some 600 bytes; by bytes alone 1,824 would pass.
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Sse([.. Enumerable.Repeat(Answers.Delta(Words), 40), Answers.Stop, Answers.Done]));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true, bound: 100)), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.InRange(text.Split(Words).Length - 1, 8, 14);
        Assert.EndsWith("\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_AtItsBound_IsNotCut()
    {
        var world = new World();
        var pieces = Enumerable.Repeat(Answers.Delta(" tide"), 100).Append(Answers.Stop).Append(Answers.Done).ToArray();
        world.Provider.Then(Answers.Sse(pieces));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true, bound: 100)), Cancel);

        Assert.Equal(string.Concat(pieces), await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Chat_ModelOfAnUnknownEncoding_IsCutByBytesOnly()
    {
        var world = new World();
        world.Options.Models.Add(new SafeLlm.Pricing.ModelPrice("somebody/model", 1, 1));
        world.Provider.Then(Answers.Sse([.. Enumerable.Repeat(Answers.Delta(Words), 20), Answers.Stop, Answers.Done]));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true, bound: 100, model: "somebody/model")), Cancel);

        Assert.Equal(20, (await response.Content.ReadAsStringAsync(Cancel)).Split(Words).Length - 1);
    }

    [Fact]
    public async Task Anthropic_OverItsBound_ClosesItsBlockAndStopsForMaxTokens()
    {
        var world = new World();
        string[] pieces =
        [
            "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-3-5-haiku-20241022\",\"content\":[],\"usage\":{\"input_tokens\":5,\"output_tokens\":1}}}\n\n",
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\nevent: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n",
            "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
            .. Enumerable.Repeat($"event: content_block_delta\ndata: {{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{{\"type\":\"text_delta\",\"text\":\"{Words}\"}}}}\n\n", 60),
        ];
        world.Provider.Then(Answers.Sse(pieces));

        using var response = await world.Http.SendAsync(World.Request("""{"model":"claude-3-5-haiku-20241022","max_tokens":10,"stream":true,"messages":[{"role":"user","content":"Hi"}]}""", "https://api.anthropic.com/v1/messages"), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.EndsWith(
            "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":1}\n\n"
            + "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":10}}\n\n"
            + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
            text,
            StringComparison.Ordinal);
        Assert.True(text.Split(Words).Length - 1 < 60);
    }

    [Theory]
    [InlineData("https://api.openai.com/v1/responses", """{"model":"gpt-4.1-mini","max_output_tokens":16,"stream":true,"input":"Hi"}""", "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"TEXT\"}\n\n", "\"status\":\"incomplete\"")]
    [InlineData("https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash-lite:streamGenerateContent?alt=sse", """{"generationConfig":{"maxOutputTokens":1100},"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"TEXT\"}]},\"index\":0}]}\n\n", "\"finishReason\":\"MAX_TOKENS\"")]
    public async Task OtherFormat_OverItsBound_SaysSoInItsOwnWords(string uri, string body, string piece, string end)
    {
        var world = new World();
        world.Provider.Then(Answers.Sse([.. Enumerable.Repeat(piece.Replace("TEXT", Words, StringComparison.Ordinal), 600)]));

        using var response = await world.Http.SendAsync(World.Request(body, uri), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.Contains(end, text[^Math.Min(700, text.Length)..], StringComparison.Ordinal);
        Assert.EndsWith("\n\n", text, StringComparison.Ordinal);
        Assert.True(text.Split(Words).Length - 1 < 600);
    }

    [Theory]
    [InlineData("https://api.openai.com/v1/completions", """{"model":"gpt-3.5-turbo-instruct","max_tokens":10,"stream":true,"prompt":"Hi"}""", "data: {\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"TEXT\",\"finish_reason\":null}]}\n\n", "text/event-stream", "{\"index\":0,\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n")]
    [InlineData("https://api.anthropic.com/v1/complete", """{"model":"somebody/model","max_tokens_to_sample":10,"stream":true,"prompt":"Hi"}""", "event: completion\ndata: {\"type\":\"completion\",\"completion\":\"TEXT\",\"stop_reason\":null}\n\n", "text/event-stream", "\"stop_reason\":\"max_tokens\",\"stop\":null}\n\n")]
    [InlineData("https://api.cohere.com/v1/chat", """{"model":"somebody/model","max_tokens":10,"stream":true,"message":"Hi"}""", "{\"is_finished\":false,\"event_type\":\"text-generation\",\"text\":\"TEXT\"}\n", "application/stream+json", "\"event_type\":\"stream-end\",\"finish_reason\":\"MAX_TOKENS\"}\n")]
    [InlineData("https://api.cohere.com/v1/generate", """{"model":"somebody/model","max_tokens":10,"stream":true,"prompt":"Hi"}""", "{\"is_finished\":false,\"event_type\":\"text-generation\",\"text\":\"TEXT\"}\n", "application/stream+json", "\"event_type\":\"stream-end\",\"finish_reason\":\"MAX_TOKENS\"}\n")]
    public async Task LegacyFormat_OverItsBound_EndsInItsOwnWords(string uri, string body, string piece, string mediaType, string end)
    {
        var world = new World();
        world.Options.Models.Add(new SafeLlm.Pricing.ModelPrice("somebody/model", 1, 1));
        var source = new PiecewiseStream([.. Enumerable.Repeat(piece.Replace("TEXT", Words, StringComparison.Ordinal), 60)]);
        var content = Answers.Sse(source);
        content.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(mediaType);
        world.Provider.Then(content);

        using var response = await world.Http.SendAsync(World.Request(body, uri), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.EndsWith(end, text, StringComparison.Ordinal);
        Assert.True(text.Split(Words).Length - 1 < 60);
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task Lines_OfOllama_OverTheirBound_EndWithADoneLine()
    {
        var world = new World();
        world.Options.AllowUnsigned = true;
        world.Options.Models.Add(new SafeLlm.Pricing.ModelPrice("llama3", 0, 0));
        var content = Answers.Sse([.. Enumerable.Repeat($"{{\"message\":{{\"role\":\"assistant\",\"content\":\"{Words}\"}},\"done\":false}}\n", 60)]);
        content.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-ndjson");
        world.Provider.Then(content);

        using var response = await world.Http.SendAsync(World.Request("""{"model":"llama3","options":{"num_predict":10},"messages":[{"role":"user","content":"Hi"}]}""", "http://127.0.0.1:11434/api/chat"), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.EndsWith("\"done\":true,\"done_reason\":\"length\"}\n", text, StringComparison.Ordinal);
        Assert.True(text.Split(Words).Length - 1 < 60);
    }

    [Fact]
    public async Task Generate_WholeAnswerOverItsBound_IsTruncatedAsTheArticleHasIt()
    {
        var world = new World();
        world.Options.Endpoint = new Uri("https://api.example.com");
        world.Options.Format = ChatFormat.Generate;
        world.Options.AllowUnsigned = true;
        var said = string.Concat(Enumerable.Repeat("é\"x", 100));
        world.Provider.Then(Answers.Json(System.Net.HttpStatusCode.OK, $"{{ \"id\":7, \"text\" : {System.Text.Json.JsonSerializer.Serialize(said)}, \"usage\":{{\"input_tokens\":3,\"output_tokens\":90}} }}"));

        var answer = await world.Client().GetResponseAsync(World.Model, "Hi", 20, Cancel);

        Assert.Equal(said[..100] + "... [truncated]", answer.Text);
        Assert.Equal(90, answer.Usage.OutputTokens);
    }

    [Fact]
    public async Task Generate_WholeAnswerWithinItsBound_PassesByteForByte()
    {
        var world = new World();
        world.Options.Endpoint = new Uri("https://api.example.com");
        world.Options.Format = ChatFormat.Generate;
        world.Options.AllowUnsigned = true;
        const string Body = """{ "text" : "A \u00e9 B", "usage":{"input_tokens":3,"output_tokens":9} }""";
        world.Provider.Then(Answers.Json(System.Net.HttpStatusCode.OK, Body));
        _ = world.Client();

        using var http = new HttpClient(SafeLlmHandler.Create(world.Options, world.Provider, null, world.Sources));
        using var response = await http.SendAsync(World.Request("""{"model":"gpt-4.1-mini","prompt":"Hi","max_tokens":20}""", "https://api.example.com/generate"), Cancel);

        Assert.Equal(Body, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(Cancel)));
    }
}
