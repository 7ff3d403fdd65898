using System.Text.Json;
using SafeLlm.Pricing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Pipeline;

public sealed class BoundStageTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_WithoutBound_IsGivenTheDefault()
    {
        var world = new World();

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: null)), Cancel);

        Assert.Equal(4_096, Bound(world));
        Assert.Contains("4096 tokens", world.LogText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("amazon.titan-embed-text-v2%3A0", """{"inputText":"hi"}""")]
    [InlineData("cohere.embed-english-v3", """{"texts":["hi"],"input_type":"search_query"}""")]
    public async Task Send_AnEmbeddingOfBedrock_IsGivenNone(string model, string body)
    {
        var world = new World();

        using var response = await world.Http.SendAsync(World.Request(body, $"https://bedrock-runtime.us-east-1.amazonaws.com/model/{model}/invoke"), Cancel);

        Assert.Equal(body, world.Provider.Requests.Single().Body);
    }

    [Fact]
    public async Task Send_WithoutBoundTwice_IsLoggedOnce()
    {
        var world = new World();

        using var first = await world.Http.SendAsync(World.Request(World.Body(bound: null)), Cancel);
        using var second = await world.Http.SendAsync(World.Request(World.Body(bound: null)), Cancel);

        Assert.Single(world.Log.GetSnapshot(), record => record.Id.Id == 1001);
    }

    [Fact]
    public async Task Send_ReasoningModelWithoutBound_IsGivenMore()
    {
        var world = new World();
        world.Options.Models.Add(new ModelPrice("thinker", 1, 4) { IsReasoning = true, ContextTokens = 100_000 });

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: null, model: "thinker")), Cancel);

        Assert.Equal(16_384, Bound(world));
    }

    [Fact]
    public async Task Send_WithoutBoundWhereThatIsRefused_Throws()
    {
        var world = new World();
        world.Options.OnUnbounded = OnUnbounded.Refuse;

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body(bound: null)), Cancel));

        Assert.Equal(RefusalCode.OutputUnbounded, refused.Code);
        Assert.Empty(world.Provider.Requests);
    }

    [Fact]
    public async Task Send_BoundAboveTheMost_IsLowered()
    {
        var world = new World();
        world.Options.MaxOutputTokens = 500;

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: 90_000)), Cancel);

        Assert.Equal(500, Bound(world));
    }

    [Fact]
    public async Task Send_BoundAboveTheModelsOwnMost_IsLowered()
    {
        var world = new World();
        world.Options.Models.Add(new ModelPrice("small", 1, 4) { MaxOutputTokens = 2_000, ContextTokens = 10_000 });

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: 90_000, model: "small")), Cancel);

        Assert.Equal(2_000, Bound(world));
    }

    [Theory]
    [InlineData(90_000, 1_024)] // lowered, but not below what reasoning needs
    [InlineData(300, 300)] // what was asked for stays
    public async Task Send_ReasoningModelAboveALowMost_KeepsTheFloor(int asked, long sent)
    {
        var world = new World();
        world.Options.MaxOutputTokens = 200;
        world.Options.Models.Add(new ModelPrice("thinker", 1, 4) { IsReasoning = true, ContextTokens = 100_000 });

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: asked, model: "thinker")), Cancel);

        Assert.Equal(sent, Bound(world));
    }

    [Theory]
    [InlineData("https://api.anthropic.com/v1/messages", "\"max_tokens\":16000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8000}")]
    [InlineData("https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/invoke", "\"max_tokens\":16000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8000}")]
    [InlineData("https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse", "\"inferenceConfig\":{\"maxTokens\":16000},\"additionalModelRequestFields\":{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8000}}")]
    public async Task Send_BoundThatLoweredWouldNotBeAboveTheThinkingBudget_IsRefusedWithBothValues(string uri, string members)
    {
        var world = new World();
        world.Options.MaxOutputTokens = 4_096;

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(Thinking(members), uri), Cancel));

        Assert.Equal((RefusalCode.MemberInvalid, "budget_tokens", 4_096L), (refused.Code, refused.Refusal!.Field, refused.Refusal.LargestOutputBound));
        Assert.Contains("16,000 tokens is above the 4,096", refused.Message, StringComparison.Ordinal);
        Assert.Contains("thinking budget of 8,000", refused.Message, StringComparison.Ordinal);
        Assert.Contains("raise MaxOutputTokens", refused.Message, StringComparison.Ordinal);
        Assert.Empty(world.Provider.Requests);
    }

    [Fact]
    public async Task Send_WithoutBoundAndWithALargeThinkingBudget_IsRefusedWithBothValues()
    {
        var world = new World();
        const string members = "\"additionalModelRequestFields\":{\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":20000}}";

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() =>
            world.Http.SendAsync(World.Request(Thinking(members), "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"), Cancel));

        Assert.Contains("it would be given one of 16,384 tokens, which is not above its thinking budget of 20,000", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16_000, 4_095, 4_096)]
    [InlineData(4_000, 9_000, 4_000)] // as it came: where thoughts and tools alternate the provider takes it
    [InlineData(16_000, 20_000, 4_096)]
    public async Task Send_ThinkingBudgetThatIsTakenOrTheRequestsOwnFault_IsSent(int asked, int budget, long sent)
    {
        var world = new World();
        world.Options.MaxOutputTokens = 4_096;

        using var response = await world.Http.SendAsync(World.Request(Thinking($"\"max_tokens\":{asked},\"thinking\":{{\"type\":\"enabled\",\"budget_tokens\":{budget}}}"), "https://api.anthropic.com/v1/messages"), Cancel);

        Assert.Equal(sent, Bound(world));
    }

    [Fact]
    public async Task Send_BoundWithinTheMost_LeavesEveryByte()
    {
        var world = new World();
        const string body = "{ \"model\" : \"gpt-4.1-mini\",\n \"messages\":[{\"role\":\"user\",\"content\":\"H\\u00e9\"}], \"max_tokens\":1e2 }";

        try
        {
            using var response = await world.Http.SendAsync(World.Request(body), Cancel);
            Assert.Equal(body, world.Provider.Requests.Single().Body);
        }
        catch (RequestRejectedException refused)
        {
            // A reader may refuse 1e2 where an integer belongs; it must not rewrite it.
            Assert.Equal(RefusalCode.MemberInvalid, refused.Code);
        }
    }

    [Fact]
    public async Task Send_SignedByOthersWithoutBound_IsRefused()
    {
        var world = new World();
        var request = World.Request(World.Body(bound: null));
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=x/20261123/us-east-1/bedrock/aws4_request, SignedHeaders=host, Signature=00");

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(request, Cancel));

        Assert.Equal(RefusalCode.SignedByOthers, refused.Code);
    }

    [Theory]
    [InlineData("Content-Digest", "sha-256=:AAAA:")]
    [InlineData("Signature", "theirs=:AAAA:")]
    public async Task Send_SignedByOthersStreaming_IsSentUnchanged(string header, string value)
    {
        var world = new World();
        world.Provider.Then(Answers.Sse(Answers.Delta("Hi"), Answers.Stop, Answers.Done));
        var body = World.Body(stream: true);
        var request = World.Request(body);
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await world.Http.SendAsync(request, Cancel);

        Assert.Equal(body, world.Provider.Requests.Single().Body);
    }

    [Fact]
    public async Task Send_UnknownModel_IsRefusedWithTheLineToAdd()
    {
        var world = new World();

        var refused = await Assert.ThrowsAsync<RequestRejectedException>(() => world.Http.SendAsync(World.Request(World.Body(model: "brand-new-9")), Cancel));

        Assert.Equal(RefusalCode.UnknownModel, refused.Code);
        Assert.Contains("options.Models.Add(new ModelPrice(\"brand-new-9\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_UnknownModelAllowed_IsHeldAtTheDearestPrice()
    {
        var world = new World().With(SafeLlm.Limits.Limit.Dollars(1_000).PerDay());
        world.Options.AllowUnpriced = true;
        world.Provider.Otherwise = _ => Answers.Whole("Hi", 1_000_000, 0);

        using var response = await world.Http.SendAsync(World.Request(World.Body(model: "brand-new-9")), Cancel);

        var dearest = ModelCatalog.Embedded.Models.Max(model => model.InputPerMillion);
        Assert.True((await world.StateAsync()).Spent >= NanoUsd.FromDollars(dearest).Value);
    }

    private static string Thinking(string members) =>
        $$"""{"model":"claude-sonnet-4-5",{{members}},"messages":[{"role":"user","content":[{"text":"Hi","type":"text"}]}]}""";

    private static long Bound(World world)
    {
        using var document = JsonDocument.Parse(world.Provider.Requests.Single().Body);
        return document.RootElement.TryGetProperty("max_completion_tokens", out var bound) ? bound.GetInt64() : document.RootElement.GetProperty("max_tokens").GetInt64();
    }
}
