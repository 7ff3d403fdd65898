using System.Net;
using SafeLlm.Testing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Pacing;

/// <summary>A burst over real connections, with answers that take their time, against a provider that takes its limit seriously.</summary>
public sealed class BurstAgainstDoubleTests
{
    private const int Calls = 500;
    private const int Most = 60;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Burst_HardlyMeetsA429AndLosesLittleTime(bool refills)
    {
        var world = new World();
        (world.Options.Timeout, world.Options.RetryAfterCap, world.Options.AllowUnsigned) = (TimeSpan.FromHours(1), TimeSpan.FromHours(1), true);
        await using var provider = await ProviderDouble.StartAsync(
            new ProviderDoubleOptions { Time = world.Time, RateLimit = new ProviderRateLimit(Most, TimeSpan.FromMinutes(1)) { RefillsSteadily = refills } },
            Cancel);
        using var connections = new SocketsHttpHandler();
        using var handler = SafeLlmHandler.Create(world.Options, connections, loggerFactory: null, world.Sources);
        using var http = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var address = new Uri(provider.BaseAddress, "chat/completions").AbsoluteUri;
        var done = 0;
        var start = world.Time.GetUtcNow();

        var sending = Task.WhenAll(Enumerable.Range(0, Calls).Select(async _ =>
        {
            using var response = await http.SendAsync(World.Request(World.Body(), address), Cancel);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Interlocked.Increment(ref done);
        }));
        while (!sending.IsCompleted)
        {
            // The clock goes on once every call is done, waits to try again or for its turn: who is under way takes no time of it.
            if (Volatile.Read(ref done) + world.Time.Pauses + handler.Runtime.Pacers.Waiting == Calls) world.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        await sending;
        var took = world.Time.GetUtcNow() - start;
        var refused = provider.Requests.Count - Calls;
        var ideal = refills ? TimeSpan.FromSeconds(Calls - Most) : TimeSpan.FromMinutes((Calls / Most) - (Calls % Most == 0 ? 1 : 0));
        Assert.True(refused < Calls / 100, $"{refused} of {Calls} were refused.");
        Assert.True(took <= ideal * 1.2, $"It took {took}; ideal is {ideal}.");
        Assert.Equal(Calls, provider.Billed.Count);
    }
}
