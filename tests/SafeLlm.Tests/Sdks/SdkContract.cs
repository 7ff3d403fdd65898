using SafeLlm.Limits;
using SafeLlm.Testing;

namespace SafeLlm.Tests.Sdks;

/// <summary>What holds beneath every official client, with nothing changed but its <see cref="HttpClient"/>. One subclass a client.</summary>
public abstract class SdkContract
{
    protected const string Question = "Say hello.";

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The members that may hold the output bound in what is sent.</summary>
    private static readonly string[] Bounds = ["max_completion_tokens", "max_tokens", "max_output_tokens"];

    /// <summary>Whether the client lets its caller leave the bound out.</summary>
    protected virtual bool CanOmitBound => true;

    [Fact]
    public async Task Whole_IsSettledToTheTokenAndReadsAsWithoutUs()
    {
        await using var world = await SdkWorld.StartAsync();
        var without = await AskAsync(world, SdkWorld.Bare(), 100);
        world.Provider.Clear();

        var answer = await AskAsync(world, world.Http(), 100);

        Assert.Equal(without, answer);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
        Assert.NotEqual(0, await world.SpentAsync());
    }

    [Fact]
    public async Task Streamed_IsSettledToTheTokenAndReadsAsWithoutUs()
    {
        await using var world = await SdkWorld.StartAsync();
        var without = await StreamAsync(world, SdkWorld.Bare(), 100).ToListAsync(Cancel);
        world.Provider.Clear();

        var pieces = await StreamAsync(world, world.Http(), 100).ToListAsync(Cancel);

        Assert.Equal(without, pieces);
        Assert.True(pieces.Count(piece => piece.Length > 0) > 4);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    [Fact]
    public async Task Aborted_StreamThatItsReaderLeaves_IsChargedAtLeastWhatWasBilled()
    {
        await using var world = await SdkWorld.StartAsync();

        await foreach (var piece in StreamAsync(world, world.Http(), 100)) break;

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Failed_StreamThatIsCut_IsChargedAtLeastWhatWasBilled()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Provider.Next(Fault.CutAfterEvents(3));

        await Assert.ThrowsAnyAsync<Exception>(async () => await StreamAsync(world, world.Http(), 100).ToListAsync(Cancel));

        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
        Assert.NotEqual(0, await world.SpentAsync());
    }

    [Fact]
    public async Task Failed_ByTheServer_IsTheClientsOwnExceptionAndLeavesNothingHeld()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxAttempts = 1;
        world.Provider.Next(Fault.ServerError().Times(2));
        var without = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(world, SdkWorld.Bare(), 100));

        var failure = await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(world, world.Http(), 100));

        Assert.Equal(without.GetType(), failure.GetType());
        Assert.True(await world.SpentAsync() >= world.Provider.BilledTotal.Value);
    }

    [Fact]
    public async Task Refused_BudgetUsedUp_ArrivesAsTheDocumentedExceptionAfterOneAttempt()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.Limits.Add(Limit.Dollars(0.000_001m).PerDay().For("user:1"));

        await Assert.ThrowsAsync<BudgetExceededException>(() => AskAsync(world, world.Http(), 100, asItComes: true));

        Assert.Empty(world.Provider.Requests);
        Assert.Equal(1, world.Sends);
    }

    [Fact]
    public async Task Bound_LeftOut_IsInserted()
    {
        Assert.SkipUnless(CanOmitBound, "This client demands a bound.");
        await using var world = await SdkWorld.StartAsync();

        await AskAsync(world, world.Http(), null);

        Assert.Equal(4_096, Bound(world));
    }

    [Fact]
    public async Task Bound_AboveTheMost_IsLowered()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Options.MaxOutputTokens = 2_000; // above what is kept for models that reason

        await AskAsync(world, world.Http(), 9_000);

        Assert.Equal(2_000, Bound(world));
    }

    [Fact]
    public async Task TooManyRequests_Once_IsWaitedOutUnderTheClient()
    {
        await using var world = await SdkWorld.StartAsync();
        world.Provider.Next(Fault.TooManyRequests(retryAfterMs: TimeSpan.FromMilliseconds(20)));

        await AskAsync(world, world.Http(), 100);

        Assert.Equal(2, world.Provider.Requests.Count);
        Assert.Equal(1, world.Sends);
        Assert.Equal(world.Provider.BilledTotal.Value, await world.SpentAsync());
    }

    /// <summary>Asks for a whole answer and gives its text.</summary>
    /// <param name="world">Where to.</param>
    /// <param name="http">Through what.</param>
    /// <param name="bound">The output bound; null to leave it out.</param>
    /// <param name="asItComes">Whether the client retries as it comes, rather than not at all.</param>
    protected abstract Task<string> AskAsync(SdkWorld world, HttpClient http, int? bound, bool asItComes = false);

    /// <summary>Asks for a streamed answer and gives the text of each piece.</summary>
    protected abstract IAsyncEnumerable<string> StreamAsync(SdkWorld world, HttpClient http, int bound);

    private static long Bound(SdkWorld world)
    {
        var body = world.Provider.Requests.Single().Json;
        return Bounds.Select(name => body.TryGetProperty(name, out var bound) ? bound.GetInt64() : (long?)null).Single(bound => bound is not null)!.Value;
    }
}
