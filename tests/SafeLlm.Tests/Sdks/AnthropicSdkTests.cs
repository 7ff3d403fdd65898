using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;
using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Tests.Sdks;

/// <summary>The official Anthropic client, with nothing changed but its <see cref="HttpClient"/>.</summary>
public sealed class AnthropicSdkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_Whole_IsSettledToTheToken()
    {
        await using var world = await SdkWorld.StartAsync();

        var answer = await Client(world).Messages.Create(Hello(100), Cancel);

        Assert.NotEqual(0, answer.Usage.OutputTokens);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
        Assert.NotEqual(0, await world.SpentAsync());
    }

    [Fact]
    public async Task Messages_Streamed_IsSettledToTheToken()
    {
        await using var world = await SdkWorld.StartAsync();
        var events = 0;

        await foreach (var update in Client(world).Messages.CreateStreaming(Hello(100), Cancel)) events++;

        Assert.True(events > 3);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Messages_StreamLeft_IsChargedAtLeastWhatWasBilled()
    {
        await using var world = await SdkWorld.StartAsync();

        await foreach (var update in Client(world).Messages.CreateStreaming(Hello(100), Cancel)) break;

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Messages_AboveTheMost_IsLowered()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxOutputTokens = 2_000;

        await Client(world).Messages.Create(Hello(9_000), Cancel);

        using var body = JsonDocument.Parse(world.Provider.Requests.Single().Body);
        Assert.Equal(2_000, body.RootElement.GetProperty("max_tokens").GetInt64());
    }

    [Fact]
    public async Task Messages_BudgetUsedUp_ArrivesAsTheDocumentedExceptionAfterOneAttempt()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.Limits.Add(Limit.Dollars(0.000_001m).PerDay().For("user:1"));

        await Assert.ThrowsAsync<BudgetExceededException>(() => Client(world, retries: 2).Messages.Create(Hello(100), Cancel));

        Assert.Empty(world.Provider.Requests);
    }

    [Fact]
    public async Task Messages_OverloadedOnce_IsTriedAgainUnderTheSdk()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Provider.Next(Fault.TooManyRequests(retryAfterMs: TimeSpan.FromMilliseconds(20)));

        var answer = await Client(world).Messages.Create(Hello(100), Cancel);

        Assert.NotEqual(0, answer.Usage.OutputTokens);
        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    private static MessageCreateParams Hello(long bound) => new()
    {
        Model = "claude-sonnet-4-5",
        MaxTokens = bound,
        Messages = [new UserMessageParam { Content = "Say hello." }],
    };

    private static AnthropicClient Client(SdkWorld world, int retries = 0) => new(new ClientOptions
    {
        ApiKey = "key",
        BaseUrl = world.Provider.Root.AbsoluteUri.TrimEnd('/'),
        HttpClient = world.Http(),
        MaxRetries = retries,
    });
}
