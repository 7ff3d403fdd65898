using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;

namespace SafeLlm.Tests.Sdks;

/// <summary>Makes OpenAI's clients over a given <see cref="HttpClient"/>.</summary>
internal static class OpenAiClients
{
    public const string Model = "gpt-4.1-mini";

    public static OpenAIClient OpenAi(SdkWorld world, HttpClient http, bool asItComes = false, string key = "key")
    {
        var options = new OpenAIClientOptions { Endpoint = world.Provider.BaseAddress, Transport = new HttpClientPipelineTransport(http) };
        if (!asItComes) options.RetryPolicy = new ClientRetryPolicy(0);
        return new OpenAIClient(new ApiKeyCredential(key), options);
    }
}
