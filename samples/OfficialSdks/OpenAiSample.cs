using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using SafeLlm;
using SafeLlm.Limits;

namespace OfficialSdks;

/// <summary>OpenAI's own client. Each line marked SafeLlm is one that was added or changed.</summary>
internal static class OpenAiSample
{
    public static async Task<string> AskAsync(Uri provider, SafeLlmClientOptions options)
    {
        options.Limits.Add(Limit.Dollars(0.01m).PerDay());                                                           // SafeLlm
        using var http = new HttpClient(SafeLlmHandler.Create(options)) { Timeout = Timeout.InfiniteTimeSpan };       // SafeLlm

        var client = new OpenAIClient(new ApiKeyCredential("key"), new OpenAIClientOptions
        {
            Endpoint = provider,
            Transport = new HttpClientPipelineTransport(http),                                                       // SafeLlm
            RetryPolicy = new ClientRetryPolicy(0),                                                                  // SafeLlm: it retries itself
        });
        ChatCompletion answer = await client.GetChatClient("gpt-4.1-mini").CompleteChatAsync(
            [new UserChatMessage("Say hello.")],
            new ChatCompletionOptions { MaxOutputTokenCount = 200 });
        return answer.Content[0].Text;
    }
}
