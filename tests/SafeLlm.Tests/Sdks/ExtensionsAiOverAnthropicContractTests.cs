using Microsoft.Extensions.AI;

namespace SafeLlm.Tests.Sdks;

public sealed class ExtensionsAiOverAnthropicContractTests : SdkContract
{
    protected override bool CanOmitBound => false;

    protected override async Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false)
    {
        using var chat = AnthropicContractTests.Client(world, http, asItComes).AsIChatClient(AnthropicContractTests.Model);
        return (await chat.GetResponseAsync(Question, new ChatOptions { MaxOutputTokens = bound }, Cancel)).Text;
    }

    protected override async IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound)
    {
        using var chat = AnthropicContractTests.Client(world, http, asItComes: false).AsIChatClient(AnthropicContractTests.Model);
        await foreach (var update in chat.GetStreamingResponseAsync(Question, new ChatOptions { MaxOutputTokens = bound }, Cancel)) yield return update.Text;
    }
}
