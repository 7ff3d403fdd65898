using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Metering;

public sealed class StreamCutTests
{
    private const int Bound = 10;
    // No encoding of this one is known, so that bytes alone decide.
    private const string Model = "somebody/model";

    private static readonly string Long = new('a', 400);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)] // the caller asked for usage: nothing is filtered
    [InlineData(false)]
    public async Task Stream_FarOverItsBound_EndsWellFormedAtAnEvent(bool asks)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Options.Models.Add(new SafeLlm.Pricing.ModelPrice(Model, 1, 1));
        var source = new PiecewiseStream([.. Enumerable.Repeat(Answers.Delta(Long), 50), Answers.Stop, Answers.Usage(12, 5_000), Answers.Done]);
        world.Provider.Then(Answers.Sse(source));
        var body = World.Body(stream: true, bound: Bound, model: Model);
        if (asks) body = body.Replace("\"stream\":true", "\"stream\":true,\"stream_options\":{\"include_usage\":true}", StringComparison.Ordinal);

        using var response = await world.Http.SendAsync(World.Request(body), Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);

        // 8 bytes for each of 10 tokens and 1,024 more: the third piece of 400 passes them.
        Assert.Equal(3, text.Split(Long).Length - 1);
        Assert.EndsWith("\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n", text, StringComparison.Ordinal);
        Assert.True(source.IsDisposed);
        Assert.True(source.Reads < 50);
        Assert.Equal(0, await world.OpenHoldsAsync());
        Assert.Contains("far above its bound", world.LogText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_WithinItsBound_PassesUnchanged()
    {
        var world = new World();
        world.Options.Models.Add(new SafeLlm.Pricing.ModelPrice(Model, 1, 1));
        string[] pieces = [Answers.Delta(Long), Answers.Delta(Long), Answers.Stop, Answers.Done];
        world.Provider.Then(Answers.Sse(pieces));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true, bound: Bound, model: Model)), Cancel);

        Assert.Equal(string.Concat(pieces), await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Whole_FarOverItsBound_PassesUnchangedAndIsFlagged()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        var body = Answers.WholeBody(new string('a', 5_000), 12, 5_000);
        world.Provider.Then(Answers.Json(System.Net.HttpStatusCode.OK, body));

        using var response = await world.Http.SendAsync(World.Request(World.Body(bound: Bound)), Cancel);

        Assert.Equal(body, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Contains("was overrun", world.LogText, StringComparison.Ordinal);
    }
}
