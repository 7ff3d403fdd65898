using Microsoft.SemanticKernel.ChatCompletion;
using Microsoft.SemanticKernel.Connectors.OpenAI;

namespace SafeLlm.Tests.Sdks;

public sealed class SemanticKernelContractTests : SdkContract
{
    protected override async Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false)
    {
        var answers = await Service(world, http, asItComes).GetChatMessageContentsAsync(new ChatHistory { new(AuthorRole.User, Question) }, new OpenAIPromptExecutionSettings { MaxTokens = bound }, cancellationToken: Cancel);
        return answers[0].Content!;
    }

    protected override async IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound)
    {
        await foreach (var update in Service(world, http, asItComes: false).GetStreamingChatMessageContentsAsync(new ChatHistory { new(AuthorRole.User, Question) }, new OpenAIPromptExecutionSettings { MaxTokens = bound }, cancellationToken: Cancel))
        {
            yield return update.Content ?? "";
        }
    }

    private static OpenAIChatCompletionService Service(SdkWorld world, HttpClient http, bool asItComes) => new(OpenAiClients.Model, OpenAiClients.OpenAi(world, http, asItComes));
}
