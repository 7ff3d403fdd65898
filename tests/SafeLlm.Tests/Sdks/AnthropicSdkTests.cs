using Anthropic.Models.Messages;
using SafeLlm.Testing;

namespace SafeLlm.Tests.Sdks;

/// <summary>The official Anthropic client, with nothing changed but its <see cref="HttpClient"/>.</summary>
public sealed class AnthropicSdkTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_RetriedByTheSdkItself_IsNamedInAWarning()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxAttempts = 1;
        world.Provider.Next(Fault.TooManyRequests(retryAfterMs: TimeSpan.FromMilliseconds(5)));
        var log = new Microsoft.Extensions.Logging.Testing.FakeLogCollector();
        using var http = new HttpClient(SafeLlmHandler.Create(world.Options, loggerFactory: new Fakes.FakeLoggerFactory(log))) { Timeout = Timeout.InfiniteTimeSpan };

        await AnthropicContractTests.Client(world, http, asItComes: true).Messages.Create(new MessageCreateParams { Model = AnthropicContractTests.Model, MaxTokens = 100, Messages = [new UserMessageParam { Content = "Say hello." }] }, Cancel);

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Contains(log.GetSnapshot(), record => record.Message.Contains("MaxRetries = 0", StringComparison.Ordinal));
    }
}
