using System.ClientModel;
using System.ClientModel.Primitives;
using Azure.AI.OpenAI;

namespace SafeLlm.Tests.Sdks;

public sealed class AzureEmbeddingContractTests : EmbeddingContract
{
    protected override async Task<float[]> EmbedAsync(SdkWorld world, HttpClient http, bool asItComes = false)
    {
        var options = new AzureOpenAIClientOptions { Transport = new HttpClientPipelineTransport(http) };
        if (!asItComes) options.RetryPolicy = new ClientRetryPolicy(0);
        var client = new AzureOpenAIClient(world.Provider.Root, new ApiKeyCredential("key"), options).GetEmbeddingClient(Model);
        var answer = await client.GenerateEmbeddingAsync(Text, cancellationToken: Cancel);
        return answer.Value.ToFloats().ToArray();
    }
}
