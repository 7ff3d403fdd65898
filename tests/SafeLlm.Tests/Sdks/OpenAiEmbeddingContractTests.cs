namespace SafeLlm.Tests.Sdks;

public sealed class OpenAiEmbeddingContractTests : EmbeddingContract
{
    protected override async Task<float[]> EmbedAsync(SdkWorld world, HttpClient http, bool asItComes = false)
    {
        var answer = await OpenAiClients.OpenAi(world, http, asItComes).GetEmbeddingClient(Model).GenerateEmbeddingAsync(Text, cancellationToken: Cancel);
        return answer.Value.ToFloats().ToArray();
    }
}
