using OpenAI.Responses;

namespace SafeLlm.Tests.Sdks;

public sealed class OpenAiResponsesContractTests : SdkContract
{
    protected override async Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false)
    {
        var answer = await OpenAiClients.OpenAi(world, http, asItComes).GetResponsesClient().CreateResponseAsync(Options(bound), Cancel);
        return answer.Value.GetOutputText();
    }

    protected override async IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound)
    {
        var options = Options(bound);
        options.StreamingEnabled = true;
        await foreach (var update in await OpenAiClients.OpenAi(world, http).GetResponsesClient().CreateResponseStreamingAsync(options, Cancel))
        {
            yield return update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
        }
    }

    private static CreateResponseOptions Options(int? bound) => new(OpenAiClients.Model, [ResponseItem.CreateUserMessageItem(Question)]) { MaxOutputTokenCount = bound };
}
