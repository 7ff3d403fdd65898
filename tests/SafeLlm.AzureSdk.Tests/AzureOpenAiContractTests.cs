using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.AI.OpenAI;
using OpenAI.Chat;

namespace SafeLlm.Tests.Sdks;

public sealed class AzureOpenAiContractTests : SdkContract
{
    private const string Deployment = "gpt-4.1-mini";

    protected override async Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false)
    {
        ChatCompletion answer = await Chat(world, http, asItComes).CompleteChatAsync([new UserChatMessage(Question)], new ChatCompletionOptions { MaxOutputTokenCount = bound }, Cancel);
        return answer.Content[0].Text;
    }

    protected override async IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound)
    {
        await foreach (var update in Chat(world, http, asItComes: false).CompleteChatStreamingAsync([new UserChatMessage(Question)], new ChatCompletionOptions { MaxOutputTokenCount = bound }, Cancel))
        {
            yield return string.Concat(update.ContentUpdate.Select(part => part.Text));
        }
    }

    private static ChatClient Chat(SdkWorld world, HttpClient http, bool asItComes)
    {
        var options = new AzureOpenAIClientOptions { Transport = new HttpClientPipelineTransport(http) };
        if (!asItComes) options.RetryPolicy = new ClientRetryPolicy(0);
        return new AzureOpenAIClient(world.Provider.Root, new ApiKeyCredential("key"), options).GetChatClient(Deployment);
    }
}
