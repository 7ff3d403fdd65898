using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Metering;

/// <summary>Each of several choices has the bound to itself: a stream is cut when all that go on are over it, and not before.</summary>
public sealed class StreamCutChoicesTests
{
    // some 14 tokens; with a bound of 100 a choice is over it at 127 tokens, by its bytes at 1,825
    private const string Words = "The tide waits for nobody, and the budget neither, whatever was asked. ";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Chat_AllChoicesOverTheirBoundByCount_IsCutWithAnEndForEach(bool isIndexFirst)
    {
        var text = await ReadAsync([.. Enumerable.Range(0, 80).Select(i => Chat(i % 2, Words, isIndexFirst))]);

        // by the bytes of both together, 2,624 would pass
        Assert.InRange(text.Split(Words).Length - 1, 17, 28);
        Assert.EndsWith("{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"},{\"index\":1,\"delta\":{},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_OneChoiceOverAndTheOtherEnded_IsCut()
    {
        var text = await ReadAsync([Chat(1, "Hi."), Finish(1), .. Enumerable.Repeat(Chat(0, Words), 30)]);

        Assert.InRange(text.Split(Words).Length - 1, 8, 15);
        // The one that stopped by itself is not said to have been too long.
        Assert.EndsWith("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_OneChoiceOverWhileAnotherGoesOn_IsNotCut()
    {
        string[] pieces = [Chat(1, "Hi"), .. Enumerable.Repeat(Chat(0, Words), 20), Chat(1, " there."), Finish(0), Finish(1), Answers.Done];

        Assert.Equal(string.Concat(pieces), await ReadAsync(pieces));
    }

    [Fact]
    public async Task Chat_OneChoiceOverWhileAnotherHasNotBegun_IsNotCut()
    {
        string[] pieces = [.. Enumerable.Repeat(Chat(0, Words), 20), Finish(0), Chat(1, "Hi"), Finish(1), Answers.Done];

        Assert.Equal(string.Concat(pieces), await ReadAsync(pieces));
    }

    [Fact]
    public async Task Chat_ChoicesInOneEvent_AreToldApart()
    {
        var both = $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{Words}\"}},\"index\":0}},{{\"delta\":{{\"content\":\"{Words}\"}},\"index\":1}}]}}\n\n";
        var one = $"data: {{\"choices\":[{{\"delta\":{{\"content\":\"{Words}\"}},\"index\":0}},{{\"delta\":{{\"content\":\".\"}},\"index\":1}}]}}\n\n";

        Assert.InRange((await ReadAsync([.. Enumerable.Repeat(both, 18), Answers.Done])).Split(Words).Length - 1, 17, 28);
        var shortSecond = Enumerable.Repeat(one, 20).Append(Answers.Done).ToArray();
        Assert.Equal(string.Concat(shortSecond), await ReadAsync(shortSecond));
    }

    [Fact]
    public async Task Gemini_AllCandidatesOverTheirBound_SaysSoForEach()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Sse([.. Enumerable.Range(0, 120).Select(i => $"data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{Words}\"}}]}},\"index\":{i % 2}}}]}}\n\n")]));

        using var response = await world.Http.SendAsync(
            World.Request("""{"generationConfig":{"maxOutputTokens":100,"candidateCount":2},"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse"),
            Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.True(text.Split(Words).Length - 1 < 60);
        Assert.EndsWith("\"finishReason\":\"MAX_TOKENS\",\"index\":1}]}\n\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gemini_OneCandidateOverAndTheOtherEnded_SaysSoForTheOne()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        string[] ended = ["data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"STOP\",\"index\":1}]}\n\n"];
        world.Provider.Then(Answers.Sse([.. ended, .. Enumerable.Range(0, 120).Select(_ => $"data: {{\"candidates\":[{{\"content\":{{\"parts\":[{{\"text\":\"{Words}\"}}]}},\"index\":0}}]}}\n\n")]));

        using var response = await world.Http.SendAsync(
            World.Request("""{"generationConfig":{"maxOutputTokens":100,"candidateCount":2},"contents":[{"role":"user","parts":[{"text":"Hi"}]}]}""", "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse"),
            Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        Assert.EndsWith("\"finishReason\":\"MAX_TOKENS\",\"index\":0}]}\n\n", text, StringComparison.Ordinal);
        Assert.Equal(2, text.Split("finishReason").Length - 1);
    }

    private static async Task<string> ReadAsync(string[] pieces)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Sse(pieces));
        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true, bound: 100).Replace("\"stream\":true", "\"stream\":true,\"n\":2", StringComparison.Ordinal)), Cancel);
        return await response.Content.ReadAsStringAsync(Cancel);
    }

    private static string Chat(int choice, string text, bool isIndexFirst = true) => isIndexFirst
        ? $"data: {{\"model\":\"gpt-4.1-mini\",\"choices\":[{{\"index\":{choice},\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n"
        : $"data: {{\"model\":\"gpt-4.1-mini\",\"choices\":[{{\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null,\"index\":{choice}}}]}}\n\n";

    private static string Finish(int choice) => $"data: {{\"model\":\"gpt-4.1-mini\",\"choices\":[{{\"index\":{choice},\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\n";
}
