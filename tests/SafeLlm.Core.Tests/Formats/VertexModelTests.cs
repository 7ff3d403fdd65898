using SafeLlm.Tests.Tokens;

namespace SafeLlm.Tests.Formats;

public sealed class VertexModelTests
{
    [Theory]
    [InlineData("rawPredict", "claude-opus-4-6")]
    [InlineData("streamRawPredict", "claude-opus-4-6")]
    public void Model_OfThePath_CountsWhateverTheBodyNames(string method, string model)
    {
        var url = $"https://us-east5-aiplatform.googleapis.com/v1/projects/p/locations/us-east5/publishers/anthropic/models/{model}:{method}";
        foreach (var named in (string[])["", "\"model\":\"claude-haiku-4-5\","])
        {
            Assert.Equal(model, Calls.Read(url, $$"""{ {{named}}"anthropic_version":"vertex-2023-10-16","max_tokens":9,"messages":[]}""").Model);
        }
    }

    [Fact]
    public void Model_OfTheBody_CountsWhereThePathNamesNone() =>
        Assert.Equal("claude-haiku-4-5", Calls.Read("https://api.anthropic.com/v1/messages", """{"model":"claude-haiku-4-5","max_tokens":9,"messages":[]}""").Model);
}
