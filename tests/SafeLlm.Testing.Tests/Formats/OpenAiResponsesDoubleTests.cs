using System.Text.Json;

namespace SafeLlm.Testing.Tests.Formats;

public sealed class OpenAiResponsesDoubleTests
{
    [Fact]
    public async Task Whole_OfAPlainPrompt_HasAMessageAndItsUsage()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => "One two three");

        var answer = await caller.ReadAsync(Body(), "responses");

        Assert.Equal("completed", answer.GetProperty("status").GetString());
        Assert.Equal("One two three", answer.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(8, answer.GetProperty("usage").GetProperty("input_tokens").GetInt32());
        Assert.Equal(3, answer.GetProperty("usage").GetProperty("output_tokens").GetInt32());
    }

    [Fact]
    public async Task Whole_OverItsBound_IsIncomplete()
    {
        await using var caller = await DoubleCaller.StartAsync();

        var answer = await caller.ReadAsync(Body(",\"max_output_tokens\":16"), "responses");

        Assert.Equal("incomplete", answer.GetProperty("status").GetString());
        Assert.Equal("max_output_tokens", answer.GetProperty("incomplete_details").GetProperty("reason").GetString());
        Assert.InRange(answer.GetProperty("usage").GetProperty("output_tokens").GetInt32(), 15, 16);
    }

    [Fact]
    public async Task Stream_OfText_CountsItsEventsAndEndsCompleted()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => "One two");

        var text = await caller.TextAsync(Body(",\"stream\":true"), "responses");
        var data = DoubleCaller.DataOf(text).Select(item => JsonDocument.Parse(item).RootElement).ToArray();

        Assert.Equal(Enumerable.Range(0, data.Length), data.Select(item => item.GetProperty("sequence_number").GetInt32()));
        Assert.Equal("One two", string.Concat(data.Where(item => item.GetProperty("type").GetString() == "response.output_text.delta").Select(item => item.GetProperty("delta").GetString())));
        Assert.Equal("response.completed", data[^1].GetProperty("type").GetString());
        Assert.Equal(2, data[^1].GetProperty("response").GetProperty("usage").GetProperty("output_tokens").GetInt32());
        Assert.All(data[..^1], item => Assert.False(item.TryGetProperty("response", out var response) && response.GetProperty("usage").ValueKind != JsonValueKind.Null));
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_OfATool_HasItsArgumentsAndNoMessage()
    {
        await using var caller = await DoubleCaller.StartAsync(o => o.Answer = _ => new Answer { ToolCalls = [new("weather", "{}")] });

        var data = DoubleCaller.DataOf(await caller.TextAsync(Body(",\"stream\":true"), "responses")).Select(item => JsonDocument.Parse(item).RootElement).ToArray();

        var item = Assert.Single(data[^1].GetProperty("response").GetProperty("output").EnumerateArray());
        Assert.Equal(("function_call", "weather", "{}"), (item.GetProperty("type").GetString(), item.GetProperty("name").GetString(), item.GetProperty("arguments").GetString()));
    }

    [Fact]
    public async Task Input_OfItems_IsCountedItemByItem()
    {
        await using var caller = await DoubleCaller.StartAsync();

        await caller.ReadAsync(
            $$"""
            {"model":"{{DoubleCaller.Model}}","instructions":"Be brief.","input":[
              {"role":"user","content":[{"type":"input_text","text":"Hello"}]},
              {"type":"function_call","call_id":"c","name":"weather","arguments":"{}"},
              {"type":"function_call_output","call_id":"c","output":"sun"}]}
            """,
            "responses");

        // 3, instructions 3 + 1 + 3, message 3 + 1 + 1, call 7 + 1 + 1, result 6 + 1
        Assert.Equal(31, Assert.Single(caller.Provider.Billed).InputTokens);
    }

    private static string Body(string more = "") => $$"""{"model":"{{DoubleCaller.Model}}","input":"Hello"{{more}}}""";
}
