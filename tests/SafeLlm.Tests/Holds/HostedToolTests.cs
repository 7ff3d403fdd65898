using System.Globalization;
using System.Net;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Holds;

/// <summary>What tools that run at the provider cost beside their tokens: held at its most, charged by what the answer tells.</summary>
public sealed class HostedToolTests
{
    private const string Anthropic = "https://api.anthropic.com/v1/messages";
    private const string Responses = "https://api.openai.com/v1/responses";
    private const string Gemini = "https://generativelanguage.googleapis.com/v1beta/models/gemini-3-flash-preview:generateContent";
    private const string Xai = "https://api.x.ai/v1/chat/completions";
    private const long Cent = 10_000_000;

    private static readonly Limit Daily = Limit.Dollars(1_000).PerDay();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"web_search_requests":2}""", 2)]
    [InlineData("""{"web_search_requests":0}""", 0)]
    [InlineData("null", 0)]
    public async Task Search_OfAnthropic_IsHeldAtItsMostAndChargedAsReported(string told, long cents)
    {
        var world = new World().With(Daily);
        var holds = new List<long>();
        foreach (var most in (int[])[3, 5])
        {
            world.Provider.Then(async (_, _) =>
            {
                holds.Add((await world.StateAsync()).Held);
                return Answers.Json(HttpStatusCode.OK, """{"model":"claude-sonnet-4-5","content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn","usage":{"input_tokens":7,"output_tokens":5,"server_tool_use":""" + told + "}}");
            });
            using var response = await world.Http.SendAsync(World.Request(Search(most), Anthropic), Cancel);
            await response.Content.ReadAsByteArrayAsync(Cancel);
        }

        Assert.Equal(2 * Cent, holds[1] - holds[0]);
        Assert.Equal(2 * (Tokens("claude-sonnet-4-5", 7, 5) + (cents * Cent)), (await world.StateAsync()).Spent);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Theory]
    [InlineData("{}", ",\"num_sources_used\":4", false, 50, 10)]
    [InlineData("{}", ",\"num_sources_used\":4", true, 50, 10)]
    [InlineData("""{"mode":"on","max_search_results":8}""", ",\"num_sources_used\":0", false, 20, 0)]
    [InlineData("""{"mode":"on","max_search_results":8}""", "", false, 20, 20)]
    [InlineData("""{"mode":"on","max_search_results":8}""", "", true, 20, 20)]
    [InlineData("""{"mode":"off"}""", "", false, 0, 0)]
    public async Task LiveSearch_OfXai_IsHeldForItsSourcesAndChargedAsReported(string search, string told, bool isStreaming, long heldCents, long cents)
    {
        var world = new World().With(Daily);
        var holds = new List<long>();
        var usage = "\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12" + told + "}}";
        foreach (var asked in (string[])[search, search.Contains("off", StringComparison.Ordinal) ? "null" : """{"max_search_results":1}"""])
        {
            world.Provider.Then(async (_, _) =>
            {
                holds.Add((await world.StateAsync()).Held);
                return isStreaming
                    ? Answers.Sse("data: {\"model\":\"grok-3\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n", "data: {\"choices\":[]," + usage + "\n\n", "data: [DONE]\n\n")
                    : Answers.Json(HttpStatusCode.OK, """{"model":"grok-3","choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}],""" + usage);
            });
            var spent = (await world.StateAsync()).Spent;
            using var response = await world.Http.SendAsync(World.Request("""{"model":"grok-3","max_tokens":20,"messages":[{"role":"user","content":"Hi"}],"search_parameters":""" + asked + (isStreaming ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}"), Xai), Cancel);
            await response.Content.ReadAsByteArrayAsync(Cancel);
            if (holds.Count == 1) Assert.Equal(Tokens("grok-3", 7, 5) + (cents * Cent), (await world.StateAsync()).Spent - spent);
        }

        // Beside the other, which is held for one source or for none; the input of both is the same.
        Assert.Equal(heldCents * Cent, holds[0] - holds[1] + (heldCents == 0 ? 0 : 25_000_000));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 3)]
    public async Task Search_OfAStream_IsChargedAsReportedWhereItIsWhole(bool isWhole, long cents)
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Sse(
        [
            "data: {\"type\":\"response.created\",\"response\":{\"model\":\"gpt-4.1-mini\",\"status\":\"in_progress\",\"output\":[]}}\n\n",
            .. isWhole ? (string[])["data: {\"type\":\"response.completed\",\"response\":" + Answered("""{"type":"web_search_call","action":{"type":"search"}},""") + "}\n\n"] : [],
        ]));
        world.Options.HostedTools.Add(new HostedToolPrice("web_search", 0.01m));
        using var response = await world.Http.SendAsync(World.Request(Body("""{"type":"web_search"}""", ",\"max_tool_calls\":3,\"stream\":true"), Responses), HttpCompletionOption.ResponseHeadersRead, Cancel);
        var held = (await world.StateAsync()).Held;
        await response.Content.ReadAsByteArrayAsync(Cancel);

        Assert.InRange(held, 3 * Cent, long.MaxValue);
        Assert.Equal(isWhole ? Tokens(World.Model, 7, 5) + (cents * Cent) : held, (await world.StateAsync()).Spent);
    }

    [Theory]
    [InlineData("""{"type":"web_search_call","action":{"type":"search"}},{"type":"file_search_call"},""", 12_500_000)]
    [InlineData("", 0)]
    public async Task ToolsOfResponses_AreChargedByTheItemsOfTheOutput(string items, long nanos)
    {
        var world = new World().With(Daily);
        world.Options.HostedTools.Add(new HostedToolPrice("web_search", 0.01m));
        world.Options.HostedTools.Add(new HostedToolPrice("file_search", 0.0025m));
        world.Provider.Then(Answers.Json(HttpStatusCode.OK, Answered(items)));

        using var response = await world.Http.SendAsync(World.Request(Body("""{"type":"web_search_2025_08_26"},{"type":"file_search","vector_store_ids":["vs_1"]}""", ",\"max_tool_calls\":4"), Responses), Cancel);

        Assert.Equal(Tokens(World.Model, 7, 5) + nanos, (await world.StateAsync()).Spent);
    }

    public static TheoryData<string, string, string, RefusalCode> Unknown => new()
    {
        { "no bound", Anthropic, Search(null), RefusalCode.ToolUnbounded },
        { "no price", Responses, Body("""{"type":"code_interpreter","container":{"type":"auto"}}""", ",\"max_tool_calls\":4"), RefusalCode.ToolUnpriced },
        { "no bound that a request could have", Gemini, """{"contents":[{"parts":[{"text":"Hi"}]}],"tools":[{"googleSearch":{}}],"generationConfig":{"maxOutputTokens":20}}""", RefusalCode.ToolUnbounded },
        { "a model that searches by itself", "https://api.perplexity.ai/chat/completions", World.Body(model: "sonar-deep-research"), RefusalCode.ToolUnbounded },
    };

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task WhatATool_MayCostIsNotKnown_IsRefusedWhereDollarsAreLimited(string what, string address, string body, RefusalCode code)
    {
        Assert.NotEmpty(what);
        var world = new World().With(Daily);

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(body, address), Cancel));

        Assert.Equal((code, "tools"), (refused.Refusal!.Code, refused.Refusal.Field));
        Assert.Contains("HostedTools", refused.Message, StringComparison.Ordinal);
        Assert.Empty(world.Provider.Requests);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public async Task WhatATool_MayCostIsNotKnown_PassesWhereTokensAreLimitedAlone(string what, string address, string body, RefusalCode code)
    {
        Assert.NotEmpty(what);
        Assert.NotEqual(RefusalCode.None, code);
        var world = new World().With(Limit.Tokens(100_000_000).PerDay());

        using var response = await world.Http.SendAsync(World.Request(body, address), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Single(world.Provider.Requests);
    }

    [Fact]
    public async Task DollarsOfOneCallAndOfAScope_AreLimitedToo()
    {
        var world = new World();
        using (SafeLlmScope.Begin("run:1", new ScopeBounds { Dollars = 100 }))
        {
            await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(Search(null), Anthropic), Cancel));
        }

        var bounded = new World { Options = { MaxDollarsPerCall = 100 } };
        await Assert.ThrowsAsync<RequestRejectedException>(() => bounded.Http.SendAsync(World.Request(Search(null), Anthropic), Cancel));
        using var response = await world.Http.SendAsync(World.Request(Search(null), Anthropic), Cancel);
    }

    [Fact]
    public async Task StatedUses_AreHeldWhereTheRequestIsSilent_AndMoreAreAnOverrun()
    {
        var world = new World().With(Daily);
        world.Options.HostedTools.Add(new HostedToolPrice("googleSearch", 0.014m) { MostUses = 2 });
        long held = 0;
        world.Provider.Then(async (_, _) =>
        {
            held = (await world.StateAsync()).Held;
            return Answers.Json(HttpStatusCode.OK, """{"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP","groundingMetadata":{"webSearchQueries":["a","b","c"]}}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":5,"totalTokenCount":12},"modelVersion":"gemini-3-flash-preview"}""");
        });

        using var response = await world.Http.SendAsync(World.Request("""{"contents":[{"parts":[{"text":"Hi"}]}],"tools":[{"googleSearch":{}}],"generationConfig":{"maxOutputTokens":20}}""", Gemini), Cancel);

        Assert.InRange(held, 28_000_000, long.MaxValue);
        Assert.Equal(Tokens("gemini-3-flash-preview", 7, 5) + (3 * 14_000_000), (await world.StateAsync()).Spent);
    }

    [Theory]
    [InlineData("""{"type":"mcp","server_label":"a","server_url":"https://mcp.example"}""")]
    [InlineData("""{"type":"tool_search"}""")]
    [InlineData("""{"type":"apply_patch"}""")]
    public async Task AToolThatCostsItsTokensAlone_Passes(string tool)
    {
        var world = new World().With(Daily);
        world.Provider.Then(Answers.Json(HttpStatusCode.OK, Answered("")));

        using var response = await world.Http.SendAsync(World.Request(Body(tool, ""), Responses), Cancel);

        Assert.Equal(Tokens(World.Model, 7, 5), (await world.StateAsync()).Spent);
    }

    [Fact]
    public async Task Shadow_TellsAndSends()
    {
        var world = new World().With(Daily);
        world.Options.Shadow = true;
        world.Provider.Then(Answers.Json(HttpStatusCode.OK, Answered("")));

        using var response = await world.Http.SendAsync(World.Request(Body("""{"type":"code_interpreter","container":{"type":"auto"}}""", ""), Responses), Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("code_interpreter", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoRoomForAllUses_IsRefusedWithWhatFits()
    {
        var world = new World().With(Limit.Dollars(8).PerDay());

        var refused = await Assert.ThrowsAsync<BudgetExceededException>(() => world.Http.SendAsync(World.Request(Search(900), Anthropic), Cancel));

        Assert.Null(refused.Refusal!.LargestOutputBound);
        Assert.Empty(world.Provider.Requests);
    }

    private static long Tokens(string model, long input, long output)
    {
        Assert.True(ModelCatalog.Embedded.TryFind(model, out var price));
        return Quoter.Cost(price, new BillableUsage(input, 0, 0, output)).Value;
    }

    private static string Search(int? most) =>
        """{"model":"claude-sonnet-4-5","max_tokens":20,"messages":[{"role":"user","content":"Hi"}],"tools":[{"type":"web_search_20250305","name":"web_search","max_uses":""" + (most?.ToString(CultureInfo.InvariantCulture) ?? "null") + "}]}";

    private static string Body(string tools, string more) => """{"model":"gpt-4.1-mini","max_output_tokens":20,"input":"Hi","tools":[""" + tools + "]" + more + "}";

    private static string Answered(string items) =>
        """{"model":"gpt-4.1-mini","status":"completed","output":[""" + items + """{"type":"message","content":[{"type":"output_text","text":"Hi"}]}],"usage":{"input_tokens":7,"output_tokens":5,"total_tokens":12}}""";
}
