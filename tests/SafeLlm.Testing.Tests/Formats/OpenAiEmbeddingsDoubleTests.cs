using SafeLlm.Pricing;

namespace SafeLlm.Testing.Tests.Formats;

public sealed class OpenAiEmbeddingsDoubleTests
{
    [Theory]
    [InlineData("\"Hello\"", 1, 1)]
    [InlineData("[\"Hello\",\"Hello\"]", 2, 2)]
    [InlineData("[9906,1917]", 1, 2)]
    [InlineData("[[9906],[1917,2]]", 2, 3)]
    public async Task Whole_OfEachKindOfInput_HasAVectorEachAndBillsItsTokens(string input, int vectors, int tokens)
    {
        await using var caller = await StartAsync();

        var answer = await caller.ReadAsync(Body(input), "embeddings");

        Assert.Equal(vectors, answer.GetProperty("data").GetArrayLength());
        Assert.All(answer.GetProperty("data").EnumerateArray(), item => Assert.Equal(4, item.GetProperty("embedding").GetArrayLength()));
        Assert.Equal(tokens, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
        var bill = Assert.Single(caller.Provider.Billed);
        Assert.Equal((tokens, 0L), (bill.InputTokens, bill.OutputTokens));
    }

    [Fact]
    public async Task Whole_InBase64_HasTheSameNumbers()
    {
        await using var caller = await StartAsync();

        var floats = (await caller.ReadAsync(Body("\"Hello\""), "embeddings")).GetProperty("data")[0].GetProperty("embedding");
        var packed = (await caller.ReadAsync(Body("\"Hello\"", ",\"encoding_format\":\"base64\""), "embeddings")).GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();

        Assert.Equal(floats.EnumerateArray().Select(item => item.GetSingle()), Enumerable.Range(0, 4).Select(i => BitConverter.ToSingle(packed, i * 4)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[true]")]
    [InlineData("7")]
    public async Task Request_WithoutAnInput_IsAnsweredWith400(string input)
    {
        await using var caller = await StartAsync();

        using var response = await caller.SendAsync(Body(input), "embeddings");

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Equal("input", (await DoubleCaller.JsonOfAsync(response)).GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Deployment_InAzuresPath_IsTheModel()
    {
        await using var caller = await StartAsync();

        using var response = await caller.Http.PostAsync(
            new Uri(caller.Provider.Root, "openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21"),
            new StringContent("""{"input":"Hello"}"""),
            TestContext.Current.CancellationToken);

        Assert.Equal("text-embedding-3-small", (await DoubleCaller.JsonOfAsync(response)).GetProperty("model").GetString());
    }

    private static string Body(string input, string more = "") => $$"""{"model":"text-embedding-3-small","dimensions":4,"input":{{input}}{{more}}}""";

    private static Task<DoubleCaller> StartAsync() => DoubleCaller.StartAsync(o => o.Prices.Add(new ModelPrice("text-embedding-3-small", 0.02m, 0m)));
}
