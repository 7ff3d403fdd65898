using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SafeLlm.Limits;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>A store that fails closes the door, never opens it.</summary>
public sealed class StoreFailureTests
{
    private FaultyStores stores = null!;
    private int ran;

    [Fact]
    public async Task AFailedRead_ClosesTheDoor()
    {
        await using var host = await StartAsync();
        stores.FailsReads = true;

        await ExpectUnavailableAsync(host, TestRequest.Chat());
    }

    [Fact]
    public async Task AFailedRead_IsShownByTheHealthChecks()
    {
        await using var host = await StartAsync();
        var health = host.Services.GetRequiredService<HealthCheckService>();
        Assert.Equal(HealthStatus.Healthy, (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["safellm-stores"].Status);

        stores.FailsReads = true;

        Assert.Equal(HealthStatus.Unhealthy, (await health.CheckHealthAsync(TestContext.Current.CancellationToken)).Entries["safellm-stores"].Status);
    }

    [Fact]
    public async Task AFailedHold_ClosesTheDoor()
    {
        await using var host = await StartAsync();
        stores.FailsHolds = true;

        await ExpectUnavailableAsync(host, TestRequest.Chat());
    }

    [Fact]
    public async Task AHoldWhoseAnswerIsLost_IsGivenBack()
    {
        await using var host = await StartAsync();
        stores.LosesHolds = true;

        await ExpectUnavailableAsync(host, TestRequest.Chat());

        Assert.Equal(0, (await host.StateAsync(Limit.Requests(10).PerMinute().For("key:k-free"))).Spent);
    }

    [Fact]
    public async Task AHoldWhoseAnswerIsLostAndWhoseReleaseFails_IsGivenBackOnceTheStoreAnswers()
    {
        await using var host = await StartAsync();
        (stores.LosesHolds, stores.FailsReleases) = (true, true);
        Assert.Equal(503, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        await host.IdleAsync();
        Assert.Equal(1, await host.OpenHoldsAsync());

        stores.FailsReleases = false;
        while (await host.OpenHoldsAsync() > 0)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.Equal((0, 0), ((await host.StateAsync(Limit.Tokens(10_000).PerDay().For("key:k-free"))).Spent, (await host.StateAsync(Limit.Requests(10).PerMinute().For("key:k-free"))).Spent));
    }

    [Fact]
    public async Task AFailedClaimOfARefusedRequest_ClosesTheDoorToo()
    {
        await using var host = await StartAsync();
        stores.FailsClaims = true;

        await ExpectUnavailableAsync(host, TestRequest.Chat(Chats.Request(" ")));
    }

    [Theory]
    [InlineData(HoldOutcome.ReplayCapacity, 503, "replay_capacity")]
    [InlineData(HoldOutcome.Replayed, 401, "signature_replayed")]
    [InlineData(HoldOutcome.None, 503, "store_unavailable")]
    public async Task AnOutcomeOtherThanHeld_IsRefused(HoldOutcome outcome, int status, string code)
    {
        await using var host = await StartAsync();
        stores.Holds = outcome;

        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat()));

        Assert.Equal((status, code), (problem.Status, problem.Code));
        Assert.Equal(status == 503 ? "1" : null, problem.RetryAfter);
        Assert.Equal(0, ran);
    }

    [Fact]
    public async Task AFullNonceStore_RefusesARefusedRequestAsFull()
    {
        await using var host = await StartAsync();
        stores.Claims = NonceOutcome.Full;

        var problem = await Problem.ReadAsync(await host.SendAsync(TestRequest.Chat(Chats.Request(" "))));

        Assert.Equal((503, "replay_capacity"), (problem.Status, problem.Code));
    }

    [Fact]
    public async Task ASettleThatFails_IsTriedAgainUntilItIsTaken()
    {
        await using var host = await StartAsync();
        stores.FailsSettles = true;

        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        await host.IdleAsync();
        Assert.Equal(1, await host.OpenHoldsAsync());
        stores.FailsSettles = false;
        while (!await stores.Settled.WaitAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken)) host.Time.Advance(TimeSpan.FromSeconds(1));

        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal(26, (await host.StateAsync(Limit.Tokens(10_000).PerDay().For("key:k-free"))).Spent);
    }

    [Fact]
    public async Task ASettleThatWaitsWhenTheServerStops_IsTriedOnceMore()
    {
        await using var host = await StartAsync();
        stores.FailsSettles = true;
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        await host.IdleAsync();
        stores.FailsSettles = false;

        await host.Services.GetRequiredService<SettlementQueue>().StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal(26, (await host.StateAsync(Limit.Tokens(10_000).PerDay().For("key:k-free"))).Spent);
    }

    [Fact]
    public async Task ASettleThatIsBeingTriedWhenTheServerStops_IsTriedOnceMore()
    {
        await using var host = await StartAsync();
        var (tried, goOn, tries) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
        stores.BeforeSettle = async () =>
        {
            if (++tries > 2) return;
            if (tries == 2)
            {
                tried.SetResult();
                await goOn.Task;
            }

            throw new IOException("The store is gone.");
        };
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        await host.IdleAsync();
        await tried.Task;

        var stopped = host.Services.GetRequiredService<SettlementQueue>().StopAsync(TestContext.Current.CancellationToken);
        goOn.SetResult();
        await stopped;

        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal(26, (await host.StateAsync(Limit.Tokens(10_000).PerDay().For("key:k-free"))).Spent);
    }

    [Fact]
    public async Task ACopyWhoseHoldFails_LeavesTheFirstItsOwn()
    {
        var (begun, goOn) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var host = await VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", async () =>
        {
            begun.SetResult();
            await goOn.Task;
            return Chats.Json(Chats.Answer());
        }).RequireSafeLlm())
        {
            Stores = time => (stores = new FaultyStores(InMemoryStoreHostExtensions.InMemory(time))).Stores,
        });
        var request = host.Sign(TestRequest.Chat());
        var first = host.SendUnsignedAsync(request);
        await begun.Task;

        // What its hold came to is not known, so it is given up: by its own name.
        stores.FailsHolds = true;
        Assert.Equal(503, (int)(await host.SendUnsignedAsync(request)).StatusCode);
        stores.FailsHolds = false;
        Assert.Equal(1, await host.OpenHoldsAsync());
        goOn.SetResult();

        Assert.Equal(200, (int)(await first).StatusCode);
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
        Assert.Equal(26, (await host.StateAsync(Limit.Tokens(10_000).PerDay().For("key:k-free"))).Spent);
    }

    private async Task ExpectUnavailableAsync(VerifierHost host, TestRequest request)
    {
        var problem = await Problem.ReadAsync(await host.SendAsync(request));

        Assert.Equal((503, "store_unavailable"), (problem.Status, problem.Code));
        Assert.Equal("1", problem.RetryAfter);
        Assert.Equal(0, ran);
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    private Task<VerifierHost> StartAsync() => VerifierHost.StartAsync(new VerifierSetup(app => app.MapPost("/v1/chat/completions", () =>
    {
        ran++;
        return Chats.Json(Chats.Answer());
    }).RequireSafeLlm())
    {
        Stores = time => (stores = new FaultyStores(InMemoryStoreHostExtensions.InMemory(time))).Stores,
    });
}
