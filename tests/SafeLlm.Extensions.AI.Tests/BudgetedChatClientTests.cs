using Microsoft.Extensions.AI;
using SafeLlm.Limits;

namespace SafeLlm.Extensions.AI.Tests;

public sealed class BudgetedChatClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_WithoutBound_IsGivenOneAndSettled()
    {
        var inner = new FakeChatClient();
        var (options, ledger) = Budget();
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        var answer = await chat.GetResponseAsync("Say hello.", cancellationToken: Cancel);

        Assert.Equal(4_096, inner.Options!.MaxOutputTokens);
        Assert.Equal(Spent(ledger, options), (long)((decimal)answer.AdditionalProperties!["safellm.cost"]! * 1_000_000_000m));
        Assert.NotEqual(0, Spent(ledger, options));
    }

    [Fact]
    public async Task GetResponse_AboveTheMost_IsLoweredInACopyOfTheOptions()
    {
        var inner = new FakeChatClient();
        var (options, _) = Budget();
        options.MaxOutputTokens = 50;
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();
        var asked = new ChatOptions { MaxOutputTokens = 9_000 };

        await chat.GetResponseAsync("Say hello.", asked, Cancel);

        Assert.Equal(50, inner.Options!.MaxOutputTokens);
        Assert.Equal(9_000, asked.MaxOutputTokens);
    }

    [Fact]
    public async Task GetResponse_BudgetWithoutRoom_IsNotSent()
    {
        var inner = new FakeChatClient();
        var (options, _) = Budget(0.000_001m);
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        await Assert.ThrowsAsync<BudgetExceededException>(() => chat.GetResponseAsync("Say hello.", cancellationToken: Cancel));

        Assert.Null(inner.Options);
    }

    [Fact]
    public async Task GetResponse_ThatFails_IsChargedWhole()
    {
        var inner = new FakeChatClient { Failure = new HttpRequestException("gone") };
        var (options, ledger) = Budget();
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        await Assert.ThrowsAsync<HttpRequestException>(() => chat.GetResponseAsync("Say hello.", cancellationToken: Cancel));

        Assert.True(Spent(ledger, options) > 4_096);
    }

    [Fact]
    public async Task GetResponse_InShadowMode_GoesOutAsItCame()
    {
        var inner = new FakeChatClient();
        var (options, _) = Budget();
        options.Shadow = true;
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();
        var asked = new ChatOptions { Temperature = 0.5f };

        await chat.GetResponseAsync("Say hello.", asked, Cancel);
        Assert.Same(asked, inner.Options);

        asked.MaxOutputTokens = 77;
        asked.RawRepresentationFactory = _ => null;
        await chat.GetResponseAsync("   ", asked, Cancel);
        Assert.Equal(77, inner.Options!.MaxOutputTokens);
    }

    [Fact]
    public async Task GetResponse_OptionsThatCannotBeSeen_AreRefused()
    {
        var inner = new FakeChatClient();
        var (options, ledger) = Budget();
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => chat.GetResponseAsync("Say hello.", new ChatOptions { RawRepresentationFactory = _ => null }, Cancel));

        Assert.Contains("RawRepresentationFactory", refused.Message, StringComparison.Ordinal);
        Assert.Null(inner.Options);
        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
    }

    [Fact]
    public async Task GetResponse_OnTurnsThatTheProviderHolds_IsHeldForTheModelsWholeWindow()
    {
        var (options, ledger) = Budget();
        var inner = new FakeChatClient();
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        await foreach (var _ in chat.GetStreamingResponseAsync("Go on.", new ChatOptions { MaxOutputTokens = 10, ConversationId = "resp_1" }, Cancel))
        {
            var state = (await ledger.ReadAsync(options.Limits.ToArray(), Cancel))[0];
            // gpt-4.1-mini: 1,047,576 tokens at 0.40 dollars a million
            Assert.InRange(state.Held, 400_000_000, long.MaxValue);
            break;
        }
    }

    public static TheoryData<string, ChatMessage[], ChatOptions> WhatOnlyTheClientKnows => new()
    {
        { "a tool that runs at the provider", [new(ChatRole.User, "Hi")], new ChatOptions { MaxOutputTokens = 10, Tools = [new HostedMcpServerTool("docs", "https://mcp.example")] } },
        { "a file that the provider fetches", [new(ChatRole.User, [new UriContent("https://example.com/a.pdf", "application/pdf")])], new ChatOptions { MaxOutputTokens = 10 } },
        { "a file that the provider keeps", [new(ChatRole.User, [new HostedFileContent("file_1")])], new ChatOptions { MaxOutputTokens = 10 } },
        { "a picture that the model made", [new(ChatRole.User, "Hi"), new(ChatRole.Assistant, [new DataContent("data:image/png;base64,iVBORw0KGgo=")])], new ChatOptions { MaxOutputTokens = 10 } },
        { "a file beside a tool's result", [new(ChatRole.Tool, [new FunctionResultContent("c", "ok"), new DataContent("data:application/pdf;base64,JVBERi0=")])], new ChatOptions { MaxOutputTokens = 10 } },
        { "a picture of the system's", [new(ChatRole.System, [new DataContent("data:image/png;base64,iVBORw0KGgo=")])], new ChatOptions { MaxOutputTokens = 10 } },
        { "a call that the user made", [new(ChatRole.User, [new FunctionCallContent("c", "f")])], new ChatOptions { MaxOutputTokens = 10 } },
        { "a turn of such content alone", [new(ChatRole.Tool, [new HostedFileContent("file_1")])], new ChatOptions { MaxOutputTokens = 10 } },
    };

    [Theory]
    [MemberData(nameof(WhatOnlyTheClientKnows), DisableDiscoveryEnumeration = true)]
    public async Task GetResponse_WithWhatOnlyTheClientKnows_PassesAndIsHeldForTheModelsWholeWindow(string what, ChatMessage[] messages, ChatOptions given)
    {
        Assert.NotEmpty(what);
        var (options, ledger) = Budget();
        var inner = new FakeChatClient();
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        await foreach (var _ in chat.GetStreamingResponseAsync(messages, given, Cancel))
        {
            Assert.InRange((await ledger.ReadAsync(options.Limits.ToArray(), Cancel))[0].Held, 400_000_000, long.MaxValue);
            break;
        }

        Assert.Equal(given.Tools, inner.Options!.Tools);
    }

    public static TheoryData<string, UsageDetails, decimal> Bills => new()
    {
        // Anthropic's own client; claude-sonnet-4-5 at 3 dollars a million, 6 where it is kept for an hour, 0.30 from the cache, 15 out
        { "claude-sonnet-4-5", new UsageDetails { InputTokenCount = 100_018, CachedInputTokenCount = 11, OutputTokenCount = 5, AdditionalCounts = new() { ["CacheCreationInputTokens"] = 100_000 } }, 0.600_099_3m },
        // those that pass the API's numbers on
        { "claude-sonnet-4-5", new UsageDetails { InputTokenCount = 7, OutputTokenCount = 5, AdditionalCounts = new() { ["CacheCreationInputTokens"] = 100_000, ["CacheReadInputTokens"] = 11 } }, 0.600_099_3m },
        { "claude-sonnet-4-5", new UsageDetails { InputTokenCount = 7, OutputTokenCount = 5, AdditionalCounts = new() { ["CacheCreationInputTokens"] = 100_000 } }, 0.600_096m },
        // gpt-4o-audio-preview at 2.50 and 10 dollars a million, sound at 40 and 80
        { "gpt-4o-audio-preview", new UsageDetails { InputTokenCount = 1_000, OutputTokenCount = 1_000, AdditionalCounts = new() { ["InputTokenDetails.AudioTokenCount"] = 400, ["OutputTokenDetails.AudioTokenCount"] = 500 } }, 0.062_5m },
        { "gpt-4o-audio-preview", new UsageDetails { InputTokenCount = 1_000, OutputTokenCount = 1_000, AdditionalCounts = new() { ["InputTokenDetails.AudioTokenCount"] = -4, ["CacheCreationInputTokens"] = -1 } }, 0.012_5m },
    };

    [Theory]
    [MemberData(nameof(Bills), DisableDiscoveryEnumeration = true)]
    public async Task GetResponse_UsageWithCacheWritesOrSound_IsChargedAtTheirPrices(string model, UsageDetails usage, decimal dollars)
    {
        var (options, ledger) = Budget(10);
        using var chat = new FakeChatClient { Model = model, Usage = usage }.AsBuilder().UseSafeLlm(options).Build();

        var answer = await chat.GetResponseAsync("Say hello.", cancellationToken: Cancel);

        Assert.Equal(dollars, answer.AdditionalProperties!["safellm.cost"]);
        Assert.Equal((long)(dollars * 1_000_000_000m), Spent(ledger, options));
    }

    private static string Long { get; } = string.Concat(Enumerable.Repeat("walrus ", 10_000));

    public static TheoryData<string, ChatMessage> LongTurns => new()
    {
        { "what was thought", new(ChatRole.Assistant, [new TextReasoningContent(Long), new TextContent("Hi")]) },
        { "what was thought, encrypted", new(ChatRole.Assistant, [new TextReasoningContent(null) { ProtectedData = Long }]) },
        { "what was refused", new(ChatRole.Assistant, [new ErrorContent(Long)]) },
        { "text beside a tool's result", new(ChatRole.Tool, [new FunctionResultContent("c", "ok"), new TextContent(Long)]) },
        { "the developer's", new(new ChatRole("developer"), Long) },
        { "anybody's", new(new ChatRole("critic"), Long) },
    };

    [Theory]
    [MemberData(nameof(LongTurns), DisableDiscoveryEnumeration = true)]
    public async Task GetStreaming_TextOfAnyKind_IsQuoted(string what, ChatMessage turn)
    {
        Assert.NotEmpty(what);
        var (options, ledger) = Budget();
        using var chat = new FakeChatClient().AsBuilder().UseSafeLlm(options).Build();

        await foreach (var _ in chat.GetStreamingResponseAsync([turn], new ChatOptions { MaxOutputTokens = 1 }, Cancel))
        {
            // at least 10,000 tokens at 0.40 dollars a million, and far from the model's whole window
            Assert.InRange((await ledger.ReadAsync(options.Limits.ToArray(), Cancel))[0].Held, 4_000_000, 100_000_000);
            break;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GetStreaming_LeftUnderFloor_IsChargedForCallsAndThoughtsThatCame(bool calls)
    {
        var (options, ledger) = Budget();
        options.OnMissingUsage = OnMissingUsage.Floor;
        AIContent content = calls ? new FunctionCallContent("c", "search", new Dictionary<string, object?> { ["query"] = Long }) : new TextReasoningContent(Long);
        using var chat = new FakeChatClient { Contents = [content] }.AsBuilder().UseSafeLlm(options).Build();

        await foreach (var _ in chat.GetStreamingResponseAsync("Hi", new ChatOptions { MaxOutputTokens = 20_000 }, Cancel)) break;

        // 10,000 tokens of output at 1.60 dollars a million
        Assert.InRange(Spent(ledger, options), 16_000_000, 40_000_000);
    }

    public static TheoryData<string, ChatOptions> Background => new()
    {
        { "AllowBackgroundResponses", new ChatOptions { AllowBackgroundResponses = true } },
        { "ContinuationToken", new ChatOptions { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) } },
    };

    [Theory]
    [MemberData(nameof(Background), DisableDiscoveryEnumeration = true)]
    public async Task GetResponse_InTheBackground_IsRefusedByName(string name, ChatOptions given)
    {
        var inner = new FakeChatClient();
        var (options, ledger) = Budget();
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();
        ChatMessage[] messages = given.ContinuationToken is null ? [new(ChatRole.User, "Hi")] : [];

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => chat.GetResponseAsync(messages, given, Cancel));

        Assert.Equal(name, refused.Refusal!.Field);
        Assert.Null(inner.Options);
        Assert.Equal((0, 0), (Spent(ledger, options), await ledger.CountHoldsAsync(Cancel)));

        var (shadowed, _) = Budget();
        shadowed.Shadow = true;
        using var shadow = inner.AsBuilder().UseSafeLlm(shadowed).Build();
        await shadow.GetResponseAsync(messages, given, Cancel);
        Assert.Same(given, inner.Options);
    }

    [Fact]
    public async Task GetStreaming_OnAModelWithALongCache_IsHeldForIt()
    {
        var (options, ledger) = Budget(10);
        using var chat = new FakeChatClient { Model = "claude-sonnet-4-5" }.AsBuilder().UseSafeLlm(options).Build();
        var prompt = string.Concat(Enumerable.Repeat("walrus ", 10_000));

        await foreach (var _ in chat.GetStreamingResponseAsync(prompt, new ChatOptions { MaxOutputTokens = 1 }, Cancel))
        {
            // some 10,000 tokens, written at 6 dollars a million
            Assert.InRange((await ledger.ReadAsync(options.Limits.ToArray(), Cancel))[0].Held, 60_000_000, long.MaxValue);
            break;
        }
    }

    [Fact]
    public void Build_FunctionsInvokedBeneath_ThrowsAndNamesTheOrder()
    {
        var (options, _) = Budget();

        var wrong = Assert.Throws<InvalidOperationException>(() => new FakeChatClient().AsBuilder().UseSafeLlm(options).UseFunctionInvocation().Build());

        Assert.Contains("UseFunctionInvocation before UseSafeLlm", wrong.Message, StringComparison.Ordinal);
        using var right = new FakeChatClient().AsBuilder().UseFunctionInvocation().UseSafeLlm(options).Build();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GetStreaming_ReadOrLeft_ClosesItsHold(bool leaves)
    {
        var inner = new FakeChatClient();
        var (options, ledger) = Budget();
        using var chat = inner.AsBuilder().UseSafeLlm(options).Build();

        await foreach (var update in chat.GetStreamingResponseAsync("Say hello.", cancellationToken: Cancel))
        {
            Assert.Equal(1, await ledger.CountHoldsAsync(Cancel));
            if (leaves) break;
        }

        Assert.Equal(0, await ledger.CountHoldsAsync(Cancel));
        Assert.Equal(leaves, Spent(ledger, options) > 1_000_000);
    }

    [Fact]
    public async Task GetResponse_WithoutAModel_IsRefused()
    {
        var (options, _) = Budget();
        using var chat = new FakeChatClient { Model = null }.AsBuilder().UseSafeLlm(options).Build();

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => chat.GetResponseAsync("Say hello.", cancellationToken: Cancel));

        Assert.Equal(RefusalCode.UnknownModel, refused.Code);
    }

    private static (SafeLlmClientOptions Options, InMemoryLedger Ledger) Budget(decimal dollars = 1)
    {
        var ledger = new InMemoryLedger(TimeProvider.System);
        var options = new SafeLlmClientOptions();
        options.UseStores(time => new SafeLlmStores(ledger, new SafeLlm.Signing.InMemoryNonceStore(time)));
        options.Limits.Add(Limit.Dollars(dollars).PerDay());
        return (options, ledger);
    }

    private static long Spent(InMemoryLedger ledger, SafeLlmClientOptions options) =>
        ledger.ReadAsync([.. options.Limits], Cancel).AsTask().GetAwaiter().GetResult()[0].Spent;
}
