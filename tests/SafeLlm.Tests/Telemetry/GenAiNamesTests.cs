using SafeLlm.Formats;
using SafeLlm.Telemetry;

namespace SafeLlm.Tests.Telemetry;

public sealed class GenAiNamesTests
{
    [Fact]
    public void Operations_HaveARowForEachWireFormatAndForNoOther() =>
        Assert.Equal(WireFormats.Default.All.Select(format => format.Name).Order(StringComparer.Ordinal), GenAiNames.Operations.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("openai-chat", "chat")]
    [InlineData("openai-embeddings", "embeddings")]
    [InlineData("anthropic-messages", "chat")]
    [InlineData("gemini", "generate_content")]
    [InlineData("generate", "text_completion")]
    [InlineData("a caller's own", "other")]
    public void Operation_OfAFormat_IsAWordOfTheConventions(string format, string operation) => Assert.Equal(operation, GenAiNames.Operation(format));

    [Theory]
    [InlineData("api.openai.com", "openai")]
    [InlineData("eu.api.openai.com", "openai")]
    [InlineData("my.openai.azure.com", "azure.ai.openai")]
    [InlineData("my.openai.azure.us", "azure.ai.openai")]
    [InlineData("my.cognitiveservices.azure.com", "azure.ai.openai")]
    [InlineData("my.services.ai.azure.com", "azure.ai.inference")]
    [InlineData("models.github.ai", "azure.ai.inference")]
    [InlineData("api.anthropic.com", "anthropic")]
    [InlineData("generativelanguage.googleapis.com", "gcp.gemini")]
    [InlineData("europe-west1-aiplatform.googleapis.com", "gcp.vertex_ai")]
    [InlineData("bedrock-runtime.eu-west-1.amazonaws.com", "aws.bedrock")]
    [InlineData("api.mistral.ai", "mistral_ai")]
    [InlineData("api.groq.com", "groq")]
    [InlineData("api.deepseek.com", "deepseek")]
    [InlineData("api.x.ai", "x_ai")]
    [InlineData("api.perplexity.ai", "perplexity")]
    [InlineData("api.cohere.com", "cohere")]
    [InlineData("api.cohere.ai", "cohere")]
    [InlineData("127.0.0.1:8080", "other")]
    [InlineData("evilx.ai", "other")]
    [InlineData("", "other")]
    public void Provider_OfAHost_IsAWordOfTheConventions(string authority, string provider) => Assert.Equal(provider, GenAiNames.Provider(authority));

    [Fact]
    public void Providers_EachHaveARowOfTheTestAbove()
    {
        var tested = typeof(GenAiNamesTests).GetMethod(nameof(Provider_OfAHost_IsAWordOfTheConventions))!
            .GetCustomAttributesData().Where(attribute => attribute.AttributeType == typeof(InlineDataAttribute))
            .Select(row => (string)((System.Collections.ObjectModel.ReadOnlyCollection<System.Reflection.CustomAttributeTypedArgument>)row.ConstructorArguments[0].Value!)[0].Value!)
            .ToArray();

        Assert.All(GenAiNames.Providers, provider => Assert.Contains(tested, host => host.EndsWith(provider.Host, StringComparison.Ordinal)));
    }
}
