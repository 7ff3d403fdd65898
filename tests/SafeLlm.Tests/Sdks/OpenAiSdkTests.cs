using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Tests.Sdks;

/// <summary>The official OpenAI client, with nothing changed but its transport.</summary>
public sealed class OpenAiSdkTests
{
    private const string Model = "gpt-4.1-mini";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_Whole_IsSettledToTheToken()
    {
        await using var world = await SdkWorld.StartAsync();

        ChatCompletion answer = await Chat(world).CompleteChatAsync([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Cancel);

        Assert.NotEmpty(answer.Content[0].Text);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
        Assert.NotEqual(0, await world.SpentAsync());
    }

    [Fact]
    public async Task Chat_Synchronous_IsSettledToo()
    {
        await using var world = await SdkWorld.StartAsync();

        ChatCompletion answer = await Task.Run(() => Chat(world).CompleteChat([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Cancel), Cancel);

        Assert.NotEmpty(answer.Content[0].Text);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Chat_Streamed_IsSettledToTheToken()
    {
        await using var world = await SdkWorld.StartAsync();
        var text = "";

        await foreach (var update in Chat(world).CompleteChatStreamingAsync([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Cancel))
        {
            foreach (var part in update.ContentUpdate) text += part.Text;
        }

        Assert.NotEmpty(text);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Chat_StreamLeft_IsChargedAtLeastWhatWasBilled()
    {
        await using var world = await SdkWorld.StartAsync();

        await foreach (var update in Chat(world).CompleteChatStreamingAsync([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Cancel))
        {
            break;
        }

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Chat_StreamCut_IsChargedAtLeastWhatWasBilled()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Provider.Next(Fault.CutAfterEvents(3));

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await foreach (var update in Chat(world).CompleteChatStreamingAsync([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Cancel))
            {
            }
        });

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Chat_WithoutBound_IsGivenOne()
    {
        await using var world = await SdkWorld.StartAsync();

        await Chat(world).CompleteChatAsync([new UserChatMessage("Say hello.")], cancellationToken: Cancel);

        Assert.Equal(4_096, Bound(world));
    }

    [Fact]
    public async Task Chat_AboveTheMost_IsLowered()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxOutputTokens = 50;

        await Chat(world).CompleteChatAsync([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 9_000 }, Cancel);

        Assert.Equal(50, Bound(world));
    }

    [Fact]
    public async Task Chat_BudgetUsedUp_ArrivesAsTheDocumentedExceptionAfterOneAttempt()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.Limits.Add(Limit.Dollars(0.000_001m).PerDay().For("user:1"));

        await Assert.ThrowsAsync<BudgetExceededException>(() => Chat(world, retries: 3).CompleteChatAsync([new UserChatMessage("Say hello.")], cancellationToken: Cancel));

        Assert.Empty(world.Provider.Requests);
    }

    [Fact]
    public async Task Chat_TooManyRequestsOnce_IsWaitedOutUnderTheSdk()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Provider.Next(Fault.TooManyRequests(retryAfterMs: TimeSpan.FromMilliseconds(20)));

        ChatCompletion answer = await Chat(world).CompleteChatAsync([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Cancel);

        Assert.NotEmpty(answer.Content[0].Text);
        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Chat_WrongKey_FailsAsWithoutUs()
    {
        await using var world = await SdkWorld.StartAsync();

        var failure = await Assert.ThrowsAsync<ClientResultException>(() => Chat(world, key: "wrong").CompleteChatAsync([new UserChatMessage("Say hello.")], cancellationToken: Cancel));

        Assert.Equal(401, failure.Status);
        Assert.Equal(0, await world.SpentAsync());
    }

    [Fact]
    public async Task Chat_Tools_AreSettledToTheToken()
    {
        await using var world = await SdkWorld.StartAsync();
        var options = new ChatCompletionOptions { MaxOutputTokenCount = 100 };
        options.Tools.Add(ChatTool.CreateFunctionTool("weather", "The weather of a city", BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")));

        ChatCompletion answer = await Chat(world).CompleteChatAsync([new UserChatMessage("Weather in Berlin?")], options, Cancel);

        Assert.NotNull(answer.Usage);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Responses_Whole_IsSettledToTheToken()
    {
        await using var world = await SdkWorld.StartAsync();

        var responses = Client(world, "key", 0).GetResponsesClient();
        var answer = await responses.CreateResponseAsync(new OpenAI.Responses.CreateResponseOptions(Model, [OpenAI.Responses.ResponseItem.CreateUserMessageItem("Say hello.")]) { MaxOutputTokenCount = 100 }, Cancel);

        Assert.NotEmpty(answer.Value.GetOutputText());
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Embeddings_AreSettledToTheToken()
    {
        await using var world = await SdkWorld.StartAsync();

        var answer = await Client(world, "key", 0).GetEmbeddingClient("text-embedding-3-small").GenerateEmbeddingAsync("Say hello.", cancellationToken: Cancel);

        Assert.NotEqual(0, answer.Value.ToFloats().Length);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    private static ChatClient Chat(SdkWorld world, string key = "key", int retries = 0) => Client(world, key, retries).GetChatClient(Model);

    private static OpenAIClient Client(SdkWorld world, string key, int retries) => new(new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = world.Provider.BaseAddress,
        Transport = new HttpClientPipelineTransport(world.Http()),
        RetryPolicy = new ClientRetryPolicy(retries),
    });

    private static long Bound(SdkWorld world)
    {
        using var body = JsonDocument.Parse(world.Provider.Requests.Single().Body);
        return body.RootElement.TryGetProperty("max_completion_tokens", out var bound) ? bound.GetInt64() : body.RootElement.GetProperty("max_tokens").GetInt64();
    }
}
