using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SafeLlm.Accounts;
using SafeLlm.Limits;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>What an answer issues is good at once, and reaches the store without anybody having to wait for it.</summary>
public sealed class IssuedIdsTests
{
    private readonly SlowIdStore store = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("files/abc", "https://generativelanguage.googleapis.com/v1beta/files/abc")]
    [InlineData("files/abc", "abc")]
    [InlineData("cachedContents/abc", "abc")]
    public async Task TheSameFileNamedOtherwise_IsTheSame(string issued, string named)
    {
        await using var host = await StartAsync();
        var ids = Ids(host);
        ids.Add(issued, "tenant:a");
        Assert.True(await ids.AreOfAsync("tenant:a", [named], Cancellation));
        await store.KeptAsync();

        Assert.True(await ids.AreOfAsync("tenant:a", [named], Cancellation));
        Assert.False(await AskAsync(host, "tenant:b", named));
    }

    [Fact]
    public async Task AnIdThatTheStoreHasNotTakenYet_IsGoodAndItsCallerDidNotWait()
    {
        await using var host = await StartAsync();
        store.Hold();
        Ids(host).Add("resp_1", "tenant:a");

        Assert.True(await Ids(host).AreOfAsync("tenant:a", ["resp_1"], Cancellation));
        Assert.False(await Ids(host).AreOfAsync("tenant:b", ["resp_1"], Cancellation));
        Assert.Empty(store.Recorded);

        store.Go();
        await store.KeptAsync();
        Assert.Equal(["tenant:a resp_1"], store.Recorded);
    }

    [Fact]
    public async Task WhatIsForgottenWhileItIsUnderWay_IsNamedByNobody()
    {
        await using var host = await StartAsync();
        store.Hold();
        Ids(host).Add("resp_1", "tenant:a");
        Ids(host).Forget("resp_1", "tenant:a");
        Assert.False(await Ids(host).AreOfAsync("tenant:a", ["resp_1"], Cancellation));

        store.Go();
        await store.KeptAsync(operations: 2);
        Assert.False(await AskAsync(host, "tenant:a", "resp_1"));
    }

    [Fact]
    public async Task AnIdThatAnotherNodeIsStillWriting_IsWaitedForOnce()
    {
        await using var host = await StartAsync();
        var asked = Ids(host).AreOfAsync("tenant:a", ["resp_1"], Cancellation).AsTask();
        await store.AskedAsync();
        await store.Inner.RecordAsync("tenant:a", ["resp_1"], host.Time.GetUtcNow().AddDays(1), 100, Cancellation);

        while (!asked.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        Assert.True(await asked);
    }

    [Fact]
    public async Task AStoreThatDoesNotAnswer_RefusesWhoNamesAnIdAndNobodyElse()
    {
        await using var host = await StartAsync();
        store.Fails = true;

        var problem = await Problem.ReadAsync(await host.SendAsync(Named("resp_1")));
        Assert.Equal((503, "store_unavailable"), (problem.Status, problem.Code));
        Assert.Equal(200, (int)(await host.SendAsync(TestRequest.Chat())).StatusCode);
        Assert.Contains("The store of limits failed", host.Log.All, StringComparison.Ordinal);

        // Used up all the same, like every request that was genuine and is refused.
        store.Fails = false;
        await host.IdleAsync();
        Assert.Equal(0, await host.OpenHoldsAsync());
    }

    [Fact]
    public async Task AnIdThatTheStoreDoesNotTake_IsToldCountedAndTriedAgain()
    {
        await using var host = await StartAsync();
        using var counted = new IdFailures(host);
        store.Fails = true;
        Ids(host).Add("resp_1", "tenant:a");
        await store.FailedAsync();
        // It is good here meanwhile.
        Assert.True(await Ids(host).AreOfAsync("tenant:a", ["resp_1"], Cancellation));

        store.Fails = false;
        while (!store.IsKept)
        {
            host.Time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        Assert.Equal(["tenant:a resp_1"], store.Recorded);
        Assert.Contains(host.Log.Of(LogLevel.Error), line => line.Contains("did not take 1 ids", StringComparison.Ordinal));
        Assert.Contains(("retried", 1L), counted.All);
        Assert.DoesNotContain("resp_1", host.Log.All, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AStop_KeepsWhatIsUnderWay()
    {
        await using var host = await StartAsync();
        store.Hold();
        for (var i = 0; i < 1_200; i++) Ids(host).Add($"resp_{i}", i < 700 ? "tenant:a" : "tenant:b");
        var stopping = Hosted(host).StopAsync(Cancellation);
        store.Go();
        await stopping;

        Assert.Equal(1_200, store.Recorded.Count);
        // One operation for many, and none for more than it may have.
        Assert.InRange(store.Operations, 3, 6);
    }

    [Fact]
    public async Task AStopThatTheStoreDoesNotLetEnd_TellsWhatIsLost()
    {
        await using var host = await StartAsync();
        using var counted = new IdFailures(host);
        store.Fails = true;
        Ids(host).Add("resp_1", "tenant:a");
        Ids(host).Add("resp_2", "tenant:a");
        await store.FailedAsync();

        await Hosted(host).StopAsync(new CancellationToken(canceled: true));

        Assert.Contains(host.Log.Of(LogLevel.Error), line => line.Contains("2 ids that answers issued are given up", StringComparison.Ordinal));
        Assert.Contains(("lost", 2L), counted.All);
    }

    [Fact]
    public async Task MoreThanCanWaitForTheStore_AreToldAsLost()
    {
        await using var host = await StartAsync();
        using var counted = new IdFailures(host);
        store.Hold();
        // Whoever writes is with the store, and takes nothing more while it waits there.
        Ids(host).Add("resp_first", "tenant:a");
        await store.BegunAsync();
        for (var i = 0; i < 12_000; i++) Ids(host).Add($"resp_{i}", "tenant:a");
        store.Go();

        Assert.Equal(2_000, counted.All.Count(one => one == ("lost", 1L)));
        Assert.False(await AskAsync(host, "tenant:a", "resp_11999"));
    }

    private static IssuedIds Ids(VerifierHost host) => host.Services.GetRequiredService<IssuedIds>();

    private static IssuedIds Hosted(VerifierHost host) => host.Services.GetServices<IHostedService>().OfType<IssuedIds>().Single();

    // With the wait for another node's write.
    private static async Task<bool> AskAsync(VerifierHost host, string tenant, string id)
    {
        var asked = Ids(host).AreOfAsync(tenant, [id], Cancellation).AsTask();
        while (!asked.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        return await asked;
    }

    private static TestRequest Named(string id)
    {
        var request = TestRequest.Chat("""{"model":"gpt-4o-mini","max_output_tokens":50,"input":"Say hello.","previous_response_id":"ID"}""".Replace("ID", id, StringComparison.Ordinal));
        request.Target = "/v1/responses";
        return request;
    }

    private Task<VerifierHost> StartAsync() => VerifierHost.StartAsync(new VerifierSetup(app =>
    {
        app.MapPost("/v1/responses", () => Chats.Json("""{"id":"resp_9","usage":{"input_tokens":7,"output_tokens":5}}""")).RequireSafeLlm();
        app.MapPost("/v1/chat/completions", () => Chats.Json(Chats.Answer())).RequireSafeLlm();
    })
    {
        Options = options =>
        {
            foreach (var tier in options.Tiers.Values) tier.Account = new SafeLlmAccountOptions { Store = true };
            options.Tiers["FREE"].TokensPerDay = 10_000_000;
        },
        Stores = time =>
        {
            store.Inner = new InMemoryIssuedIdStore(time);
            return InMemoryStoreHostExtensions.InMemory(time) with { IssuedIds = store };
        },
    });
}
