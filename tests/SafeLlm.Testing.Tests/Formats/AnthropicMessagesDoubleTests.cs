using System.Text.Json;
using SafeLlm.Pricing;

namespace SafeLlm.Testing.Tests.Formats;

public sealed class AnthropicMessagesDoubleTests
{
    private const string Model = "claude-sonnet-4-5";

    [Fact]
    public async Task Whole_UnderItsBound_EndsItsTurnAndReportsUsage()
    {
        await using var caller = await StartAsync(_ => "One two three");

        var answer = await caller.ReadAsync(Body(), "messages");

        Assert.Equal("message", answer.GetProperty("type").GetString());
        Assert.Equal("One two three", answer.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("end_turn", answer.GetProperty("stop_reason").GetString());
        Assert.Equal(3, answer.GetProperty("usage").GetProperty("output_tokens").GetInt32());
        Assert.Equal(Assert.Single(caller.Provider.Billed).InputTokens, answer.GetProperty("usage").GetProperty("input_tokens").GetInt64());
    }

    [Fact]
    public async Task Stream_OfTextAndATool_HasTheEventsInAnthropicsOrder()
    {
        await using var caller = await StartAsync(_ => new Answer { Text = "One two", ToolCalls = [new("weather", """{"city":"Bern"}""")] });

        var data = DoubleCaller.DataOf(await caller.TextAsync(Body(more: ",\"stream\":true"), "messages")).Select(item => JsonDocument.Parse(item).RootElement).ToArray();

        Assert.Equal(
            ["message_start", "content_block_start", "ping", "content_block_delta", "content_block_delta", "content_block_stop", "content_block_start", "content_block_delta", "content_block_stop", "message_delta", "message_stop"],
            data.Select(item => item.GetProperty("type").GetString()));
        Assert.Equal("One two", data[3].GetProperty("delta").GetProperty("text").GetString() + data[4].GetProperty("delta").GetProperty("text").GetString());
        Assert.Equal("""{"city":"Bern"}""", data[7].GetProperty("delta").GetProperty("partial_json").GetString());
        Assert.Equal("tool_use", data[9].GetProperty("delta").GetProperty("stop_reason").GetString());
        Assert.Equal(Assert.Single(caller.Provider.Billed).OutputTokens, data[9].GetProperty("usage").GetProperty("output_tokens").GetInt64());
    }

    [Fact]
    public async Task Whole_OverItsBound_SaysMaxTokens()
    {
        await using var caller = await StartAsync(_ => "One two three four");

        var answer = await caller.ReadAsync(Body(bound: 2), "messages");

        Assert.Equal("max_tokens", answer.GetProperty("stop_reason").GetString());
        Assert.Equal("One two", answer.GetProperty("content")[0].GetProperty("text").GetString());
    }

    [Fact]
    public async Task Errors_HaveAnthropicsStatusesAndWords()
    {
        await using var caller = await StartAsync(_ => "x");
        caller.Provider.Next(Fault.TooManyRequests(), Fault.Overloaded(), Fault.OverloadedInStream());

        using var limited = await caller.SendAsync(Body(), "messages");
        using var overloaded = await caller.SendAsync(Body(), "messages");
        var stream = await caller.TextAsync(Body(more: ",\"stream\":true"), "messages");

        Assert.Equal((429, "rate_limit_error"), ((int)limited.StatusCode, await TypeOf(limited)));
        Assert.Equal((529, "overloaded_error"), ((int)overloaded.StatusCode, await TypeOf(overloaded)));
        Assert.StartsWith("event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_WithoutItsVersionOrItsBound_IsAnsweredWith400()
    {
        await using var caller = await StartAsync(_ => "x");
        using var unbounded = await caller.SendAsync($$"""{"model":"{{Model}}","messages":[{"role":"user","content":"x"}]}""", "messages");
        caller.Http.DefaultRequestHeaders.Clear();
        using var unversioned = await caller.SendAsync(Body(), "messages");

        Assert.Equal((400, "invalid_request_error"), ((int)unbounded.StatusCode, await TypeOf(unbounded)));
        Assert.Equal((400, "invalid_request_error"), ((int)unversioned.StatusCode, await TypeOf(unversioned)));
    }

    private static string Body(int bound = 100, string more = "") =>
        $$"""{"model":"{{Model}}","max_tokens":{{bound}},"system":"Be brief.","messages":[{"role":"user","content":[{"type":"text","text":"Hello"}]}]{{more}}}""";

    private static async Task<DoubleCaller> StartAsync(Func<Prompt, Answer> answer)
    {
        var caller = await DoubleCaller.StartAsync(o =>
        {
            o.Answer = answer;
            o.Prices.Add(new ModelPrice(Model, 3m, 15m));
        });
        caller.Http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        return caller;
    }

    private static async Task<string?> TypeOf(HttpResponseMessage response) =>
        (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("type").GetString();
}
