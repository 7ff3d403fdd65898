using Microsoft.Extensions.AI;
using SafeLlm.Limits;
using SafeLlm.Pricing;

namespace SafeLlm.Extensions.AI.Tests;

/// <summary>Tools that run at the provider, around a client whose HTTP cannot be reached: held at their most, charged by what the answer tells.</summary>
public sealed class HostedToolTests
{
    private const decimal Tokens = 0.000_012m; // 10 in and 5 out of gpt-4.1-mini

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<AITool, RefusalCode> Unknown => new()
    {
        { new HostedWebSearchTool(), RefusalCode.ToolUnpriced },
        { new HostedCodeInterpreterTool(), RefusalCode.ToolUnpriced },
        { new HostedFileSearchTool(), RefusalCode.ToolUnpriced },
        { new HostedImageGenerationTool(), RefusalCode.ToolUnpriced },
        { new ToolOfAnSdk("computer"), RefusalCode.None },
        { new ToolOfAnSdk("deep_search"), RefusalCode.ToolUnpriced },
        // what means a function in a request, and is none here
        { new ToolOfAnSdk("function"), RefusalCode.ToolUnpriced },
        { new ToolOfAnSdk("custom"), RefusalCode.ToolUnpriced },
        { new ToolOfAnSdk(""), RefusalCode.ToolUnpriced },
        // these cost no more than their tokens
        { new HostedMcpServerTool("docs", "https://mcp.example"), RefusalCode.None },
        { new ToolOfAnSdk("tool_search"), RefusalCode.None },
    };

    [Theory]
    [MemberData(nameof(Unknown), DisableDiscoveryEnumeration = true)]
    public async Task WhatATool_MayCostIsNotKnown_IsRefusedWhereDollarsAreLimited(AITool tool, RefusalCode code)
    {
        var budget = new OneDollar();
        var inner = new FakeChatClient();
        using var chat = inner.AsBuilder().UseSafeLlm(budget.Options).Build();
        var options = new ChatOptions { MaxOutputTokens = 10, Tools = [tool, AIFunctionFactory.Create(() => "", "mine")] };

        if (code == RefusalCode.None)
        {
            await chat.GetResponseAsync("Hi", options, Cancel);
            Assert.Equal(Tokens, await budget.SpentAsync());
            return;
        }

        foreach (var isStreaming in (bool[])[false, true])
        {
            var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => AskAsync(chat, options, isStreaming));
            Assert.Equal((code, "tools"), (refused.Refusal!.Code, refused.Refusal.Field));
            Assert.Contains("HostedTools", refused.Message, StringComparison.Ordinal);
        }

        Assert.Null(inner.Options);
        Assert.Equal(0, await budget.OpenHoldsAsync());
    }

    [Theory]
    [MemberData(nameof(Unknown), DisableDiscoveryEnumeration = true)]
    public async Task WhatATool_MayCostIsNotKnown_PassesWhereTokensAreLimitedAlone(AITool tool, RefusalCode code)
    {
        Assert.True(Enum.IsDefined(code));
        var inner = new FakeChatClient();
        var options = new SafeLlmClientOptions();
        options.Limits.Add(Limit.Tokens(100_000_000).PerDay());
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        await chat.GetResponseAsync("Hi", new ChatOptions { MaxOutputTokens = 10, Tools = [tool] }, Cancel);

        Assert.Same(tool, Assert.Single(inner.Options!.Tools!));
    }

    [Fact]
    public async Task APriceWithoutABound_IsRefusedAsUnbounded()
    {
        var budget = new OneDollar();
        budget.Options.HostedTools.Add(new HostedToolPrice("web_search", 0.01m));
        var inner = new FakeChatClient();
        using var chat = inner.AsBuilder().UseSafeLlm(budget.Options).Build();

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => AskAsync(chat, With(new HostedWebSearchTool()), isStreaming: false));

        Assert.Equal(RefusalCode.ToolUnbounded, refused.Refusal!.Code);
        Assert.Contains("MostUses", refused.Message, StringComparison.Ordinal);
        Assert.Null(inner.Options);
    }

    [Fact]
    public async Task DollarsOfAScope_AreLimitedToo_AndShadowSends()
    {
        var inner = new FakeChatClient();
        using (var chat = inner.AsBuilder().UseSafeLlm(new SafeLlmClientOptions()).Build())
        {
            using var run = SafeLlmScope.Begin("run:1", new ScopeBounds { Dollars = 100 });
            await Assert.ThrowsAsync<RequestRejectedException>(() => AskAsync(chat, With(new HostedImageGenerationTool()), isStreaming: false));
            Assert.Null(inner.Options);
        }

        var budget = new OneDollar();
        budget.Options.Shadow = true;
        using var shadow = inner.AsBuilder().UseSafeLlm(budget.Options).Build();
        await AskAsync(shadow, With(new HostedImageGenerationTool()), isStreaming: false);
        Assert.NotNull(inner.Options);
    }

    [Fact]
    public async Task Fees_AreHeldForAllUsesOnTopOfTheWholeWindow()
    {
        var held = new List<long>();
        foreach (var most in (int[])[3, 5])
        {
            var budget = new OneDollar();
            budget.Options.HostedTools.Add(new HostedToolPrice("web_search", 0.01m) { MostUses = most });
            using var chat = new FakeChatClient().AsBuilder().UseSafeLlm(budget.Options).Build();
            await foreach (var _ in chat.GetStreamingResponseAsync("Hi", With(new HostedWebSearchTool()), Cancel))
            {
                held.Add((await budget.Ledger.ReadAsync([.. budget.Options.Limits], Cancel))[0].Held);
                break;
            }
        }

        // gpt-4.1-mini: 1,047,576 tokens at 0.40 dollars a million
        Assert.InRange(held[0], 419_030_400 + 30_000_000, long.MaxValue);
        Assert.Equal(20_000_000, held[1] - held[0]);
    }

    public static TheoryData<string, AIContent[], decimal> Told => new()
    {
        { "nothing: its client may tell none", [], 0.03m },
        { "a search", [new WebSearchToolCallContent("a") { Queries = ["x"] }, new WebSearchToolResultContent("a")], 0.01m },
        { "a search that grows", [new WebSearchToolCallContent("a"), new WebSearchToolCallContent("a") { Queries = ["x", "y"] }], 0.02m },
        { "a search and a page that it opened", [new WebSearchToolCallContent("a") { Queries = ["x", "y"] }, new WebSearchToolCallContent("b")], 0.02m },
        { "two, of which the results alone are told", [new WebSearchToolResultContent("a"), new WebSearchToolResultContent("b")], 0.02m },
        { "two without a name", [new WebSearchToolCallContent(""), new WebSearchToolCallContent("")], 0.02m },
        { "more than were held", [.. Enumerable.Range(0, 5).Select(i => new WebSearchToolCallContent($"s{i}"))], 0.05m },
        { "of another tool", [new CodeInterpreterToolCallContent("c")], 0.03m },
    };

    [Theory]
    [MemberData(nameof(Told), DisableDiscoveryEnumeration = true)]
    public async Task Searches_AreChargedByWhatTheAnswerTells(string what, AIContent[] contents, decimal dollars)
    {
        Assert.NotEmpty(what);
        foreach (var isStreaming in (bool[])[false, true])
        {
            Assert.Equal(Tokens + dollars, await ChargedAsync(new HostedWebSearchTool(), contents, isStreaming));
        }
    }

    [Fact]
    public async Task RunsOfCode_AreChargedByWhatTheAnswerTells()
    {
        AIContent[] twice = [new CodeInterpreterToolCallContent("a"), new CodeInterpreterToolResultContent("a"), new CodeInterpreterToolCallContent("b")];

        Assert.Equal(Tokens + 0.02m, await ChargedAsync(new HostedCodeInterpreterTool(), twice, isStreaming: true));
        Assert.Equal(Tokens + 0.03m, await ChargedAsync(new HostedCodeInterpreterTool(), [], isStreaming: true));
    }

    [Fact]
    public async Task AStreamThatIsLeft_IsChargedItsMost()
    {
        var budget = Priced();
        using var chat = new FakeChatClient { Contents = [new WebSearchToolCallContent("a"), new TextContent("Hello!")] }.AsBuilder().UseSafeLlm(budget.Options).Build();

        await foreach (var _ in chat.GetStreamingResponseAsync("Hi", With(new HostedWebSearchTool()), Cancel)) break;

        Assert.InRange(await budget.SpentAsync(), 0.419_030_4m + 0.03m, 1m);
    }

    private static async Task<decimal> ChargedAsync(AITool tool, AIContent[] contents, bool isStreaming)
    {
        var budget = Priced();
        using var chat = new FakeChatClient { Contents = [.. contents, new TextContent("Hello!")] }.AsBuilder().UseSafeLlm(budget.Options).Build();
        await AskAsync(chat, With(tool), isStreaming);
        Assert.Equal(0, await budget.OpenHoldsAsync());
        return await budget.SpentAsync();
    }

    private static OneDollar Priced()
    {
        var budget = new OneDollar();
        foreach (var name in (string[])["web_search", "code_interpreter"]) budget.Options.HostedTools.Add(new HostedToolPrice(name, 0.01m) { MostUses = 3 });
        return budget;
    }

    private static ChatOptions With(AITool tool) => new() { MaxOutputTokens = 10, Tools = [tool] };

    private static Task<ChatResponse> AskAsync(IChatClient chat, ChatOptions options, bool isStreaming) => isStreaming
        ? chat.GetStreamingResponseAsync("Hi", options, Cancel).ToChatResponseAsync(Cancel)
        : chat.GetResponseAsync("Hi", options, Cancel);

    private sealed class ToolOfAnSdk(string name) : AITool
    {
        public override string Name => name;
    }
}
