using System.Net;
using SafeLlm.Limits;
using SafeLlm.Signing;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Holds;

public sealed class MaxWaitTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Send_NoRoom_WaitsUntilThereIs()
    {
        var world = Waiting(Limit.Requests(1).PerMinute());
        var start = world.Time.GetUtcNow();
        using var first = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        using var second = await world.SendWhileTimePassesAsync(World.Request(World.Body()), TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.OK, second.StatusCode);
        Assert.InRange(world.Time.GetUtcNow() - start, TimeSpan.FromSeconds(55), TimeSpan.FromSeconds(70));
        Assert.Equal(0, world.Handler.Runtime.Waiting!.Waiting);
    }

    [Fact]
    public async Task Send_NoRoomWithinTheWait_IsRefusedAtOnce()
    {
        var world = Waiting(Limit.Requests(1).PerHour());
        using var first = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        await Assert.ThrowsAsync<RateLimitedException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));

        Assert.Equal(0, world.Handler.Runtime.Waiting!.Waiting);
    }

    [Fact]
    public async Task Send_MoreThanTheWholeLimit_IsRefusedAtOnce()
    {
        var world = Waiting(Limit.Dollars(0.000_001m).PerDay());

        await Assert.ThrowsAsync<BudgetExceededException>(() => world.Http.SendAsync(World.Request(World.Body()), Cancel));
    }

    [Fact]
    public async Task Send_RoomThatAnotherCallGivesBack_IsTakenInTheOrderOfArrival()
    {
        var world = Waiting(Limit.ConcurrentCalls(1));
        var gates = Enumerable.Range(0, 4).Select(_ => new TaskCompletionSource<HttpResponseMessage>()).ToArray();
        foreach (var gate in gates) world.Provider.Then((_, _) => gate.Task);
        var calls = new List<Task<HttpResponseMessage>>();
        for (var i = 0; i < 4; i++)
        {
            var waiting = i;
            calls.Add(world.Http.SendAsync(World.Request(World.Body(prompt: $"Call {i}.")), Cancel));
            while (world.Handler.Runtime.Waiting!.Waiting < waiting) await Task.Yield();
        }

        for (var i = 0; i < 4; i++)
        {
            var arrived = i + 1;
            while (Arrived(world) < arrived) await Task.Yield();
            Assert.Equal(arrived, Arrived(world));
            gates[i].SetResult(Answers.Whole("Hi", 1, 1));
            using var response = await calls[i];
        }

        lock (world.Provider.Requests) Assert.Equal(["Call 0.", "Call 1.", "Call 2.", "Call 3."], world.Provider.Requests.Select(request => request.Body.Split("content\":\"")[1].Split('"')[0]));
        Assert.Equal(0, await world.OpenHoldsAsync());
    }

    [Fact]
    public async Task Send_CancelledWhileItWaits_LeavesTheQueueToTheNext()
    {
        var world = Waiting(Limit.ConcurrentCalls(1));
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        world.Provider.Then((_, _) => gate.Task);
        var first = world.Http.SendAsync(World.Request(World.Body()), Cancel);
        using var leave = new CancellationTokenSource();
        var second = world.Http.SendAsync(World.Request(World.Body()), leave.Token);
        var third = world.Http.SendAsync(World.Request(World.Body()), Cancel);
        while (world.Handler.Runtime.Waiting!.Waiting < 2) await Task.Yield();

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        gate.SetResult(Answers.Whole("Hi", 1, 1));

        using var one = await first;
        using var two = await third;
        Assert.Equal(2, Arrived(world));
    }

    [Fact]
    public async Task Send_WaitingAtOneLimit_BlocksNoOther()
    {
        var world = Waiting(Limit.Requests(100).PerMinute());
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        world.Provider.Then((_, _) => gate.Task);
        Task<HttpResponseMessage> first, second;
        using (SafeLlmScope.Begin("user:1", Limit.ConcurrentCalls(1)))
        {
            first = world.Http.SendAsync(World.Request(World.Body()), Cancel);
            second = world.Http.SendAsync(World.Request(World.Body()), Cancel);
            while (world.Handler.Runtime.Waiting!.Waiting < 1) await Task.Yield();
        }

        using var other = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        gate.SetResult(Answers.Whole("Hi", 1, 1));
        using var one = await first;
        using var two = await second;
    }

    [Fact]
    public async Task Send_WaitingUntilItsOwnTimeEnds_IsRefusedWithTheReason()
    {
        var world = Waiting(Limit.ConcurrentCalls(1));
        world.Options.MaxWait = TimeSpan.FromHours(1);
        world.Options.Timeout = TimeSpan.FromMinutes(10);
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        world.Provider.Then((_, _) => gate.Task);
        var first = world.Http.SendAsync(World.Request(World.Body()), Cancel);
        var second = world.Http.SendAsync(World.Request(World.Body()), Cancel);
        Assert.Equal(1, world.Handler.Runtime.Waiting!.Waiting);

        // Not to its end: there a time-out would win or lose by chance.
        world.Time.Advance(world.Options.Timeout - TimeSpan.FromSeconds(0.5));

        var refused = await Assert.ThrowsAsync<RateLimitedException>(() => second.WaitAsync(TimeSpan.FromSeconds(20), Cancel));
        Assert.Equal(Limit.ConcurrentCalls(1), Assert.Single(refused.Refusal!.Denials).Limit);
        gate.SetResult(Answers.Whole("Hi", 1, 1));
        (await first).Dispose();
    }

    [Fact]
    public async Task Send_OfClientsThatShareTheirLedger_AreServedInTheOrderOfArrival()
    {
        var world = Waiting(Limit.ConcurrentCalls(1));
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        world.Provider.Then((_, _) => gate.Task);
        using var other = Sharing(world, TimeSpan.FromMinutes(5));
        using var others = new HttpClient(other);
        var first = world.Http.SendAsync(World.Request(World.Body(prompt: "Call 0.")), Cancel);
        var second = others.SendAsync(World.Request(World.Body(prompt: "Call 1.")), Cancel);
        while (other.Runtime.Waiting!.Waiting < 1) await Task.Yield();
        var third = world.Http.SendAsync(World.Request(World.Body(prompt: "Call 2.")), Cancel);
        while (new[] { world.Handler.Runtime.Waiting!, other.Runtime.Waiting }.Distinct().Sum(ledger => ledger.Waiting) < 2) await Task.Yield();

        gate.SetResult(Answers.Whole("Hi", 1, 1));
        using var one = await first;
        using var last = await third;

        lock (world.Provider.Requests) Assert.Equal(["Call 0.", "Call 1.", "Call 2."], world.Provider.Requests.Select(request => request.Body.Split("content\":\"")[1].Split('"')[0]));
        using var two = await second;
    }

    [Fact]
    public void Client_ThatDoesNotWait_GivesBackToThoseWhoDo()
    {
        var world = Waiting(Limit.ConcurrentCalls(1));
        using var other = Sharing(world, TimeSpan.Zero);

        Assert.Null(other.Runtime.Waiting);
        Assert.Same(world.Handler.Runtime.Waiting, other.Runtime.Ledger);
    }

    // Another client, of options of its own.
    private static SafeLlmHandler Sharing(World world, TimeSpan maxWait)
    {
        var options = new SafeLlmClientOptions { MaxWait = maxWait };
        foreach (var limit in world.Options.Limits) options.Limits.Add(limit);
        options.UseStores(_ => new SafeLlmStores(world.Ledger, new InMemoryNonceStore(world.Time)));
        return SafeLlmHandler.Create(options, world.Provider, null, world.Sources);
    }

    private static int Arrived(World world)
    {
        lock (world.Provider.Requests) return world.Provider.Requests.Count;
    }

    private static World Waiting(Limit limit)
    {
        var world = new World().With(limit);
        world.Options.MaxWait = TimeSpan.FromMinutes(5);
        return world;
    }
}
