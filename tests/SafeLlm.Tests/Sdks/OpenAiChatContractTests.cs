using OpenAI.Chat;

namespace SafeLlm.Tests.Sdks;

public sealed class OpenAiChatContractTests : SdkContract
{
    protected override async Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false)
    {
        ChatCompletion answer = await OpenAiClients.OpenAi(world, http, asItComes).GetChatClient(OpenAiClients.Model).CompleteChatAsync([new UserChatMessage(Question)], new ChatCompletionOptions { MaxOutputTokenCount = bound }, Cancel);
        return answer.Content[0].Text;
    }

    protected override async IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound)
    {
        await foreach (var update in OpenAiClients.OpenAi(world, http).GetChatClient(OpenAiClients.Model).CompleteChatStreamingAsync([new UserChatMessage(Question)], new ChatCompletionOptions { MaxOutputTokenCount = bound }, Cancel))
        {
            yield return string.Concat(update.ContentUpdate.Select(part => part.Text));
        }
    }
}
