using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Metering;

public sealed class FirstEventTests
{
    private const string Overloaded = "data: {\"error\":{\"message\":\"busy\",\"type\":\"overloaded_error\",\"code\":\"overloaded_error\"}}\n\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Overloaded)]
    [InlineData(": keep-alive\n\nevent: error\r\n" + Overloaded)]
    public async Task Stream_OverloadAsFirstEvent_IsTriedAgain(string first)
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Then(Answers.Sse(first)).Then(Answers.Sse(Answers.Delta("Hi"), Answers.Stop, Answers.Done));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body(stream: true)), TimeSpan.FromMilliseconds(250));

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Contains("Hi", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Stream_MetadataOfTheCallersAsFirstEvent_IsNoError()
    {
        const string created = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"status\":\"in_progress\",\"error\":null,\"metadata\":{\"code\":\"503\"},\"model\":\"gpt-4.1-mini\",\"usage\":null}}\n\n";
        const string completed = "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"error\":null,\"model\":\"gpt-4.1-mini\",\"usage\":{\"input_tokens\":10,\"output_tokens\":2,\"total_tokens\":12}}}\n\n";
        var world = new World();
        world.Provider.Then(Answers.Sse(created, completed));
        var request = World.Request("""{"model":"gpt-4.1-mini","max_output_tokens":100,"stream":true,"metadata":{"code":"503"},"input":"Say hello."}""", "https://api.openai.com/v1/responses");

        using var response = await world.SendWhileTimePassesAsync(request, TimeSpan.FromMilliseconds(250));

        Assert.Single(world.Provider.Requests);
        Assert.Equal(created + completed, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Stream_OverloadAfterText_IsNotTriedAgain()
    {
        var world = new World();
        world.Provider.Then(Answers.Sse(Answers.Delta("Hi"), Overloaded));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body(stream: true)), TimeSpan.FromMilliseconds(250));

        Assert.Single(world.Provider.Requests);
        Assert.Equal(Answers.Delta("Hi") + Overloaded, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Stream_OverloadedToTheEnd_ReachesTheCallerAsItCame()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        world.Provider.Otherwise = _ => Answers.Sse(Overloaded);

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body(stream: true)), TimeSpan.FromMilliseconds(250));

        Assert.Equal(3, world.Provider.Requests.Count);
        Assert.Equal(Overloaded, await response.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Stream_OverloadedWhoseConnectionStaysOpen_EndsWithTheError()
    {
        var world = new World();
        world.Options.MaxAttempts = 1;
        // No pause: a stream that never ends, whose reading ends with its cancellation.
        world.Provider.Then(Answers.Sse(new PiecewiseStream(": hello\n\n", Overloaded[..^1], "\n: pi") { AtEnd = PiecewiseStream.HangAsync }));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), Cancel);

        Assert.Equal(": hello\n\n" + Overloaded, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Stream_FirstEventInManyPieces_ArrivesWhole()
    {
        var world = new World();
        var event1 = Answers.Delta("Hello");
        world.Provider.Then(Answers.Sse([.. event1.Select(letter => letter.ToString()), Answers.Stop, Answers.Done]));

        using var response = await world.Http.SendAsync(World.Request(World.Body(stream: true)), Cancel);

        Assert.Equal(event1 + Answers.Stop + Answers.Done, await response.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task Stream_LostBeforeItsFirstEvent_IsTriedAgain()
    {
        var world = new World();
        world.Provider.Then(Answers.Sse(new PiecewiseStream { AtEnd = _ => throw new IOException("reset") })).Then(Answers.Sse(Answers.Delta("Hi"), Answers.Stop, Answers.Done));

        using var response = await world.SendWhileTimePassesAsync(World.Request(World.Body(stream: true)), TimeSpan.FromMilliseconds(250));

        Assert.Equal(2, world.Provider.Requests.Count);
    }
}
