using Microsoft.Extensions.AI;

namespace SafeLlm.Extensions.AI.Tests;

/// <summary>Clients count differently what one provider bills in one way.</summary>
public sealed class ReportedUsageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, UsageDetails, decimal> Thoughts => new()
    {
        // Google's own client counts thoughts and what tools put into the prompt beside the rest; gemini-2.5-flash at 0.30 dollars a million, 2.50 out
        { "gemini-2.5-flash", new UsageDetails { InputTokenCount = 12, OutputTokenCount = 18, ReasoningTokenCount = 478, TotalTokenCount = 508 }, 0.001_243_6m },
        { "gemini-2.5-flash", new UsageDetails { InputTokenCount = 12, OutputTokenCount = 18, ReasoningTokenCount = 478 }, 0.001_243_6m },
        { "gemini-2.5-flash", new UsageDetails { InputTokenCount = 12, OutputTokenCount = 480, ReasoningTokenCount = 16, TotalTokenCount = 508 }, 0.001_243_6m },
        { "gemini-2.5-flash", new UsageDetails { InputTokenCount = 12, OutputTokenCount = 18, ReasoningTokenCount = 478, TotalTokenCount = 608, AdditionalCounts = new() { ["ToolUsePromptTokenCount"] = 100 } }, 0.001_273_6m },
        // those that count them as part of it
        { "gemini-2.5-flash", new UsageDetails { InputTokenCount = 12, OutputTokenCount = 496, ReasoningTokenCount = 478, TotalTokenCount = 508 }, 0.001_243_6m },
        { "gemini-2.5-flash", new UsageDetails { InputTokenCount = 112, OutputTokenCount = 496, ReasoningTokenCount = 478, TotalTokenCount = 608, AdditionalCounts = new() { ["ToolUsePromptTokenCount"] = 100 } }, 0.001_273_6m },
        // what is beside input and output is the cache's; claude-sonnet-4-5 at 3 dollars a million, 6 where it is kept for an hour, 0.30 from the cache, 15 out
        { "claude-sonnet-4-5", new UsageDetails { InputTokenCount = 7, OutputTokenCount = 5, ReasoningTokenCount = 4, TotalTokenCount = 100_023, AdditionalCounts = new() { ["CacheCreationInputTokens"] = 100_000, ["CacheReadInputTokens"] = 11 } }, 0.600_099_3m },
    };

    [Theory]
    [MemberData(nameof(Thoughts), DisableDiscoveryEnumeration = true)]
    public async Task GetResponse_UsageWithThoughts_IsChargedForThemOnce(string model, UsageDetails usage, decimal dollars)
    {
        var budget = new OneDollar();
        using var chat = new FakeChatClient { Model = model, Usage = usage }.AsBuilder().UseSafeLlm(budget.Options).Build();

        var answer = await chat.GetResponseAsync("Say hello.", cancellationToken: Cancel);

        Assert.Equal(dollars, answer.AdditionalProperties!["safellm.cost"]);
        Assert.Equal(dollars, await budget.SpentAsync());
    }

    public static TheoryData<UsageDetails, UsageDetails> Splits => new()
    {
        // in parts: the input when the answer begins, the output when it ends
        { new UsageDetails { InputTokenCount = 10_000, OutputTokenCount = 1, TotalTokenCount = 10_001 }, new UsageDetails { InputTokenCount = 0, OutputTokenCount = 500, TotalTokenCount = 500 } },
        { new UsageDetails { InputTokenCount = 10_000, OutputTokenCount = 1 }, new UsageDetails { OutputTokenCount = 500 } },
        // all of it again, as it grows
        { new UsageDetails { InputTokenCount = 10_000, OutputTokenCount = 300 }, new UsageDetails { InputTokenCount = 10_000, OutputTokenCount = 500 } },
    };

    [Theory]
    [MemberData(nameof(Splits), DisableDiscoveryEnumeration = true)]
    public async Task GetStreaming_UsageThatComesSeveralTimes_IsChargedByTheMostOfEachCount(UsageDetails first, UsageDetails last)
    {
        // 3 dollars a million, 15 out
        Assert.Equal(0.037_5m, await SpentOnStreamAsync(first, last));
    }

    [Fact]
    public async Task GetStreaming_CacheCountsThatComeAtTheStart_AreCharged()
    {
        var first = new UsageDetails { InputTokenCount = 7, OutputTokenCount = 1, AdditionalCounts = new() { ["CacheCreationInputTokens"] = 100_000, ["CacheReadInputTokens"] = 11 } };

        Assert.Equal(0.600_099_3m, await SpentOnStreamAsync(first, new UsageDetails { OutputTokenCount = 5 }));
    }

    private static async Task<decimal> SpentOnStreamAsync(UsageDetails first, UsageDetails last)
    {
        var budget = new OneDollar();
        using var chat = new FakeChatClient { Model = "claude-sonnet-4-5", Contents = [new UsageContent(first), new TextContent("Hello!")], Usage = last }.AsBuilder().UseSafeLlm(budget.Options).Build();
        var updates = await chat.GetStreamingResponseAsync("Hi", new ChatOptions { MaxOutputTokens = 1_000 }, Cancel).ToChatResponseAsync(Cancel);
        Assert.Equal("Hello!", updates.Text);
        return await budget.SpentAsync();
    }
}
