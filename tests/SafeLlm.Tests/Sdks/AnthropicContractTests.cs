using Anthropic;
using Anthropic.Core;
using Anthropic.Models.Messages;

namespace SafeLlm.Tests.Sdks;

public sealed class AnthropicContractTests : SdkContract
{
    public const string Model = "claude-sonnet-4-5";

    protected override bool CanOmitBound => false;

    public static AnthropicClient Client(SdkWorld world, HttpClient http, bool asItComes)
    {
        var options = new ClientOptions { ApiKey = "key", BaseUrl = world.Provider.Root.AbsoluteUri.TrimEnd('/'), HttpClient = http };
        if (!asItComes) options.MaxRetries = 0;
        return new AnthropicClient(options);
    }

    protected override async Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false)
    {
        var answer = await Client(world, http, asItComes).Messages.Create(Params(bound!.Value), Cancel);
        return string.Concat(answer.Content.Select(block => block.TryPickText(out var text) ? text.Text : ""));
    }

    protected override async IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound)
    {
        await foreach (var update in Client(world, http, asItComes: false).Messages.CreateStreaming(Params(bound), Cancel))
        {
            yield return update.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var text) ? text.Text : "";
        }
    }

    private static MessageCreateParams Params(int bound) => new() { Model = Model, MaxTokens = bound, Messages = [new UserMessageParam { Content = Question }] };
}
