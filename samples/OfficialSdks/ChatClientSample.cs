using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using OpenAI;
using SafeLlm;
using SafeLlm.Extensions.AI;
using SafeLlm.Limits;

namespace OfficialSdks;

/// <summary>Any IChatClient, even one whose HTTP cannot be reached. Each line marked SafeLlm is one that was added or changed.</summary>
internal static class ChatClientSample
{
    public static async Task<string> AskAsync(Uri provider, SafeLlmClientOptions options)
    {
        options.Limits.Add(Limit.Dollars(0.01m).PerDay());                                                           // SafeLlm

        using var chat = new OpenAIClient(new ApiKeyCredential("key"), new OpenAIClientOptions
        {
            Endpoint = provider,
            RetryPolicy = new ClientRetryPolicy(0),                                                                  // SafeLlm: each attempt is a bill, and only the last one's usage is seen
        })
            .GetChatClient("gpt-4.1-mini")
            .AsIChatClient()
            .AsBuilder()
            .UseSafeLlm(options)                                                                                     // SafeLlm
            .Build();
        return (await chat.GetResponseAsync("Say hello.")).Text;
    }
}
