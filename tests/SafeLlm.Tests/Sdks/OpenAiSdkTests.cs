using System.ClientModel;
using OpenAI.Chat;
using SafeLlm.Testing;

namespace SafeLlm.Tests.Sdks;

/// <summary>The official OpenAI client, with nothing changed but its transport.</summary>
public sealed class OpenAiSdkTests
{
    private const string Model = "gpt-4.1-mini";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_Synchronous_IsSettledToo()
    {
        await using var world = await SdkWorld.StartAsync();

        ChatCompletion answer = await Task.Run(() => Chat(world).CompleteChat([new UserChatMessage("Say hello.")], new ChatCompletionOptions { MaxOutputTokenCount = 100 }, Cancel), Cancel);

        Assert.NotEmpty(answer.Content[0].Text);
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
    public async Task Chat_RetriedByTheSdkItself_IsNamedInAWarning()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxAttempts = 1;
        world.Provider.Next(Fault.TooManyRequests(retryAfterMs: TimeSpan.FromMilliseconds(5)));
        var log = new Microsoft.Extensions.Logging.Testing.FakeLogCollector();
        using var http = new HttpClient(SafeLlmHandler.Create(world.Options, loggerFactory: new Fakes.FakeLoggerFactory(log))) { Timeout = Timeout.InfiniteTimeSpan };

        await OpenAiClients.OpenAi(world, http, asItComes: true).GetChatClient(Model).CompleteChatAsync([new UserChatMessage("Say hello.")], cancellationToken: Cancel);

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Contains(log.GetSnapshot(), record => record.Message.Contains("new ClientRetryPolicy(0)", StringComparison.Ordinal));
    }

    private static ChatClient Chat(SdkWorld world, string key = "key") => OpenAiClients.OpenAi(world, world.Http(), key: key).GetChatClient(Model);
}
