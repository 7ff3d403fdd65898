using System.Text;
using System.Text.Json;
using SafeLlm.Tokens;

namespace SafeLlm.Testing.Tests.Formats;

public sealed class OpenAiChatDoubleTests
{
    [Fact]
    public async Task Whole_OfAPlainPrompt_ReportsTheTokensThatOpenAiCounts()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => "Hello there, how are you?");

        var answer = await caller.ReadAsync(DoubleCaller.Chat("Hello"));

        // 3 for the reply, 3 for the message, 1 for "user", 1 for "Hello": what OpenAI answers to this very prompt.
        Assert.Equal(8, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(7, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(15, answer.GetProperty("usage").GetProperty("total_tokens").GetInt32());
        Assert.Equal("stop", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("Hello there, how are you?", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Theory]
    [InlineData("max_tokens", 1)]
    [InlineData("max_tokens", 5)]
    [InlineData("max_completion_tokens", 9)]
    public async Task Whole_WithABound_EndsAtItAndSaysSo(string member, int bound)
    {
        await using var caller = await DoubleCaller.StartAsync();

        var answer = await caller.ReadAsync(DoubleCaller.Chat(more: $",\"{member}\":{bound}"));

        Assert.Equal("length", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        var text = answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        Assert.InRange(TokenCounters.O200kBase.Count(Encoding.UTF8.GetBytes(text)), 1, bound);
        Assert.Equal(TokenCounters.O200kBase.Count(Encoding.UTF8.GetBytes(text)), answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Fact]
    public async Task Whole_WithChoices_BillsEveryOneOfThem()
    {
        await using var caller = await DoubleCaller.StartAsync();

        var answer = await caller.ReadAsync(DoubleCaller.Chat(more: ",\"n\":3,\"max_tokens\":5"));

        Assert.Equal(3, answer.GetProperty("choices").GetArrayLength());
        Assert.Equal([0, 1, 2], answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(answer.GetProperty("usage").GetProperty("completion_tokens").GetInt64(), Assert.Single(caller.Provider.Billed).OutputTokens);
        Assert.InRange(Assert.Single(caller.Provider.Billed).OutputTokens, 6, 15);
    }

    [Fact]
    public async Task Whole_WithReasoning_CountsItInsideTheBound()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => new Answer { Text = "Yes.", ReasoningTokens = 50 });

        var usage = (await caller.ReadAsync(DoubleCaller.Chat(more: ",\"max_completion_tokens\":40"))).GetProperty("usage");

        Assert.Equal(40, usage.GetProperty("completion_tokens").GetInt32());
        Assert.Equal(40, usage.GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt32());
    }

    [Fact]
    public async Task Whole_WithAToolCall_NamesTheToolAndEndsForIt()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => new Answer { ToolCalls = [new("weather", """{"city":"Bern"}""")] });

        var choice = (await caller.ReadAsync(DoubleCaller.Chat())).GetProperty("choices")[0];

        var call = choice.GetProperty("message").GetProperty("tool_calls")[0];
        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        Assert.Equal("weather", call.GetProperty("function").GetProperty("name").GetString());
        Assert.Equal("""{"city":"Bern"}""", call.GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task Answer_ToTheSamePrompt_IsTheSameInEveryDouble()
    {
        await using var one = await DoubleCaller.StartAsync();
        await using var other = await DoubleCaller.StartAsync();

        Assert.Equal(Text(await one.ReadAsync(DoubleCaller.Chat("Same"))), Text(await other.ReadAsync(DoubleCaller.Chat("Same"))));
        Assert.NotEqual(Text(await one.ReadAsync(DoubleCaller.Chat("Same"))), Text(await one.ReadAsync(DoubleCaller.Chat("Different"))));

        static string Text(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
    }

    [Fact]
    public async Task Stream_ThatAsksForUsage_EndsWithAUsageChunkAndDone()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => "One two three");

        using var response = await caller.SendAsync(DoubleCaller.Chat(more: ""","stream":true,"stream_options":{"include_usage":true}"""));
        var data = DoubleCaller.DataOf(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("[DONE]", data[^1]);
        var chunks = data[..^1].Select(item => JsonDocument.Parse(item).RootElement).ToArray();
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.Equal("One two three", string.Concat(chunks[1..4].Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString())));
        Assert.Equal("stop", chunks[4].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.All(chunks[..5], chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal(0, chunks[5].GetProperty("choices").GetArrayLength());
        Assert.Equal(8, chunks[5].GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        Assert.Equal(3, chunks[5].GetProperty("usage").GetProperty("completion_tokens").GetInt32());
        Assert.Equal(6, chunks.Length);
    }

    [Fact]
    public async Task Stream_ThatDoesNotAskForUsage_TellsNone()
    {
        await using var caller = await DoubleCaller.StartAsync();

        var text = await caller.TextAsync(DoubleCaller.Chat(more: ",\"stream\":true"));

        Assert.DoesNotContain("usage", text, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "model")]
    [InlineData("""{"model":"gpt-4.1-mini"}""", "messages")]
    [InlineData("""{"model":"gpt-4.1-mini","messages":[]}""", "messages")]
    [InlineData("""{"model":"gpt-4.1-mini","messages":[{"content":"x"}]}""", "role")]
    [InlineData("""{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"x"}],"max_tokens":0}""", "max_tokens")]
    [InlineData("""{"model":"gpt-4.1-mini","messages":[{"role":"user","content":"x"}],"max_tokens":"9"}""", "max_tokens")]
    [InlineData("""[1]""", "model")]
    public async Task Request_ThatLacksWhatItNeeds_IsAnsweredWith400ThatNamesTheMember(string body, string member)
    {
        await using var caller = await DoubleCaller.StartAsync();

        using var response = await caller.SendAsync(body);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal(member, (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("param").GetString());
        Assert.Empty(caller.Provider.Billed);
    }

    [Fact]
    public async Task Request_ThatIsNoJson_IsAnsweredWith400()
    {
        await using var caller = await DoubleCaller.StartAsync();

        using var response = await caller.SendAsync("{\"model\":");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("invalid_request_error", (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("type").GetString());
    }
}
