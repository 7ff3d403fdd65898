using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Tests.Sdks;

/// <summary>What holds beneath the embedding clients of the official SDKs: there is nothing to bound and nothing to stream. One subclass a client.</summary>
public abstract class EmbeddingContract
{
    protected const string Model = "text-embedding-3-small";
    protected const string Text = "The tide waits for nobody.";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whole_IsSettledToTheTokenAndReadsAsWithoutUs()
    {
        await using var world = await SdkWorld.StartAsync();
        var without = await EmbedAsync(world, SdkWorld.Bare());
        world.Provider.Clear();

        var vector = await EmbedAsync(world, world.Http());

        Assert.Equal(without, vector);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
        Assert.NotEqual(0, await world.SpentAsync());
    }

    [Fact]
    public async Task Failed_ByTheServer_IsTheClientsOwnExceptionAndLeavesNothingHeld()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxAttempts = 1;
        world.Provider.Next(Fault.ServerError().Times(2));
        var without = await Assert.ThrowsAnyAsync<Exception>(() => EmbedAsync(world, SdkWorld.Bare()));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => EmbedAsync(world, world.Http()));

        Assert.Equal(without.GetType(), failure.GetType());
        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Refused_BudgetUsedUp_ArrivesAsTheDocumentedExceptionAfterOneAttempt()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.Limits.Add(Limit.Tokens(1).PerDay().For("user:1"));

        await Assert.ThrowsAsync<BudgetExceededException>(() => EmbedAsync(world, world.Http(), asItComes: true));

        Assert.Empty(world.Provider.Requests);
        Assert.Equal(1, world.Sends);
    }

    [Fact]
    public async Task TooManyRequests_Once_IsWaitedOutUnderTheClient()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Provider.Next(Fault.TooManyRequests(retryAfterMs: TimeSpan.FromMilliseconds(20)));

        await EmbedAsync(world, world.Http());

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Equal(1, world.Sends);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    /// <summary>Asks for the vector of <see cref="Text"/>.</summary>
    /// <param name="world">Where to.</param>
    /// <param name="http">Through what.</param>
    /// <param name="asItComes">Whether the client retries as it comes, rather than not at all.</param>
    protected abstract Task<float[]> EmbedAsync(SdkWorld world, HttpClient http, bool asItComes = false);
}
