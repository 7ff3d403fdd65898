using Microsoft.Extensions.AI;

namespace SafeLlm.Tests.Sdks;

public sealed class ExtensionsAiOverOpenAiContractTests : SdkContract
{
    protected override async Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false)
    {
        using var chat = OpenAiClients.OpenAi(world, http, asItComes).GetChatClient(OpenAiClients.Model).AsIChatClient();
        return (await chat.GetResponseAsync(Question, new ChatOptions { MaxOutputTokens = bound }, Cancel)).Text;
    }

    protected override async IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound)
    {
        using var chat = OpenAiClients.OpenAi(world, http).GetChatClient(OpenAiClients.Model).AsIChatClient();
        await foreach (var update in chat.GetStreamingResponseAsync(Question, new ChatOptions { MaxOutputTokens = bound }, Cancel)) yield return update.Text;
    }
}
