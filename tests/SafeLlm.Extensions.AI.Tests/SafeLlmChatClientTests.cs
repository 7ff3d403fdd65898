using System.ComponentModel;
using Microsoft.Extensions.AI;
using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Extensions.AI.Tests;

public sealed class SafeLlmChatClientTests
{
    private const string Model = "gpt-4.1-mini";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GetResponse_Whole_BringsTextUsageAndCost()
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Chat(provider);

        var answer = await chat.GetResponseAsync("Say hello.", cancellationToken: Cancel);

        Assert.NotEmpty(answer.Text);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.NotEqual(0, answer.Usage!.OutputTokenCount);
        Assert.Equal(provider.BilledTotal.Dollars, answer.AdditionalProperties!["safellm.cost"]);
        Assert.Contains("\"max_completion_tokens\":200", Body(provider), StringComparison.Ordinal);
    }

    [Fact]
    public async Task GetStreaming_Pieces_EndWithUsageAndCost()
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Chat(provider);

        var answer = await chat.GetStreamingResponseAsync("Say hello.", new ChatOptions { MaxOutputTokens = 50 }, Cancel).ToChatResponseAsync(Cancel);

        Assert.NotEmpty(answer.Text);
        Assert.NotEqual(0, answer.Usage!.OutputTokenCount);
        Assert.Equal(provider.BilledTotal.Dollars, answer.AdditionalProperties!["safellm.cost"]);
    }

    public static TheoryData<string, ChatOptions> Unsayable => new()
    {
        { "ConversationId", new ChatOptions { ConversationId = "resp_1" } },
        { "RawRepresentationFactory", new ChatOptions { RawRepresentationFactory = _ => null } },
        { "Json", new ChatOptions { ResponseFormat = ChatResponseFormat.Json } },
        { "AllowMultipleToolCalls", new ChatOptions { AllowMultipleToolCalls = false } },
        { "TopK", new ChatOptions { TopK = 5 } },
        { "Reasoning", new ChatOptions { Reasoning = new ReasoningOptions() } },
        { "AllowBackgroundResponses", new ChatOptions { AllowBackgroundResponses = true } },
        { "AdditionalProperties", new ChatOptions { AdditionalProperties = new() { ["num_predict"] = 9 } } },
        { "FrequencyPenalty", new ChatOptions { FrequencyPenalty = 0.5f } },
        { "PresencePenalty", new ChatOptions { PresencePenalty = 0.5f } },
    };

    [Theory]
    [MemberData(nameof(Unsayable), DisableDiscoveryEnumeration = true)]
    public async Task GetResponse_OptionsThatCannotBeSaid_AreRefusedByName(string name, ChatOptions options)
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Chat(provider);

        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => chat.GetResponseAsync("Say hello.", options, Cancel));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Empty(provider.Requests);
    }

    public static TheoryData<string, ChatMessage> UnsayableTurns => new()
    {
        { "DataContent", new(ChatRole.Assistant, [new DataContent("data:image/png;base64,iVBORw0KGgo=")]) },
        { "DataContent", new(ChatRole.System, [new DataContent("data:image/png;base64,iVBORw0KGgo=")]) },
        { "UriContent", new(ChatRole.Tool, [new FunctionResultContent("c", "ok"), new UriContent("https://example.com/a.png", "image/png")]) },
        { "TextContent", new(ChatRole.Tool, [new FunctionResultContent("c", "ok"), new TextContent("and more")]) },
        { "FunctionCallContent", new(ChatRole.User, [new FunctionCallContent("c", "f")]) },
        { "critic", new(new ChatRole("critic"), "Hm.") },
    };

    [Theory]
    [MemberData(nameof(UnsayableTurns), DisableDiscoveryEnumeration = true)]
    public async Task GetResponse_TurnThatCannotBeSaid_IsRefusedByName(string name, ChatMessage turn)
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Chat(provider);

        var refused = await Assert.ThrowsAsync<NotSupportedException>(() => chat.GetResponseAsync([new ChatMessage(ChatRole.User, "Hi"), turn], cancellationToken: Cancel));

        Assert.Contains(name, refused.Message, StringComparison.Ordinal);
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task GetResponse_OfTheDeveloper_IsTheDevelopers()
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Chat(provider);

        await chat.GetResponseAsync([new ChatMessage(new ChatRole("developer"), "Be brief."), new ChatMessage(ChatRole.User, "Hi")], cancellationToken: Cancel);

        Assert.Contains("\"role\":\"developer\"", Body(provider), StringComparison.Ordinal);
    }

    [Fact]
    public async Task FunctionInvocation_InAScope_IsStoppedByItsBudgetOfRounds()
    {
        await using var provider = await ProviderDouble.StartAsync(new ProviderDoubleOptions { Answer = _ => new Answer { ToolCalls = [new AnswerToolCall("more", "{}")] } }, Cancel);
        var calls = 0;
        [Description("Wants to be called again.")]
        string More()
        {
            calls++;
            return "again";
        }

        using var chat = Chat(provider).AsBuilder().UseFunctionInvocation().Build();
        using var run = SafeLlmScope.Begin("run:42", Limit.Requests(3).PerHour());

        var stopped = await Assert.ThrowsAsync<RateLimitedException>(() => chat.GetResponseAsync("Go.", new ChatOptions { Tools = [AIFunctionFactory.Create(More, "more")] }, Cancel));

        Assert.Equal(3, calls);
        Assert.Equal(3, provider.Requests.Count);
        Assert.Equal("run:42", Assert.Single(stopped.Refusal!.Denials).Limit.Scope);
    }

    [Fact]
    public async Task GetResponse_ToolThatRunsAtTheProvider_IsRefused()
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Chat(provider);

        foreach (AITool tool in (AITool[])[new HostedWebSearchTool(), new HostedCodeInterpreterTool(), new HostedFileSearchTool(), new HostedMcpServerTool("docs", "https://mcp.example")])
        {
            var options = new ChatOptions { Tools = [tool] };
            var refused = await Assert.ThrowsAsync<NotSupportedException>(() => chat.GetResponseAsync("Go.", options, Cancel));
            Assert.Contains($"the tool {tool.Name}", refused.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<NotSupportedException>(async () => await chat.GetStreamingResponseAsync("Go.", options, Cancel).ToChatResponseAsync(Cancel));
        }

        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task GetService_GivesWhatItIsMadeOf()
    {
        await using var provider = await ProviderDouble.StartAsync(cancellationToken: Cancel);
        using var chat = Chat(provider);

        Assert.Equal(Model, chat.GetService<ChatClientMetadata>()!.DefaultModelId);
        Assert.NotNull(chat.GetService<SafeLlmClient>());
        Assert.Same(chat, chat.GetService<IChatClient>());
    }

    private static string Body(ProviderDouble provider) => System.Text.Encoding.UTF8.GetString(provider.Requests.Single().Body.Span);

    private static IChatClient Chat(ProviderDouble provider) =>
        SafeLlmClient.Create(new SafeLlmClientOptions { Endpoint = provider.BaseAddress, AllowUnsigned = true }).AsIChatClient(Model, maxOutputTokens: 200);
}
