using SafeLlm.Limits;
using SafeLlm.Tests.Contracts;

namespace SafeLlm.Redis.Tests;

public sealed class RoomListenersTests(TestServer server)
{
    private const string Password = "a-password-of-the-tests";
    private static readonly TimeSpan Never = TimeSpan.FromDays(30);
    private static readonly Limit Day = Limit.Tokens(100).PerDay();
    private readonly ArmedTime time = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Listeners_OfOneStore_AreAllTold()
    {
        var options = server.Options(time);
        using var here = new WaitingNode(options, time, Never);
        using var there = new WaitingNode(options, time, Never);
        var second = new WaitingLedger(here.Store, time) { LookInterval = Never };
        var month = Limit.Tokens(100).PerMonth();
        await there.Ledger.HoldAsync(WaitingNode.Request("a", [Day, month], 100), Cancellation);
        var waiting = here.HoldOrWaitAsync("b", Day, 60, Cancellation);
        var other = second.HoldOrWaitAsync(WaitingNode.Request("c", [month], 60), DateTimeOffset.MaxValue, Cancellation).AsTask();
        await time.PassAsync(TimeSpan.FromTicks(1), waiting, other);

        await there.Ledger.ReleaseAsync("a", Cancellation);

        Assert.Equal(HoldOutcome.Held, (await waiting).Outcome);
        Assert.Equal(HoldOutcome.Held, (await other).Outcome);
    }

    [Fact]
    public async Task Subscription_ThatFailed_IsAskedForAgain()
    {
        Assert.SkipWhen(RedisProcess.Program is null, "redis-server is not installed.");
        var rule = RedisAcl.Rule("safellm", "room", Password).Split(' ');
        await using var own = await RedisProcess.StartAsync(["--user", "default", "on", "nopass", "~*", "&*", "+@all", "--user", .. rule.Where(part => part[0] != '&')]);
        var options = new RedisStoreOptions
        {
            Servers = FormattableString.Invariant($"127.0.0.1:{own.Port},user=safellm,password={Password}"),
            Ledger = "room",
            OperationTimeout = TimeSpan.FromSeconds(30),
        };
        using var stores = RedisStores.Open(options, TimeProvider.System);
        var signal = (IRoomSignal)stores.Ledger;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        for (var i = 0; i < 2; i++) await Assert.ThrowsAsync<RedisStoreException>(async () => await signal.ListenAsync(told.SetResult, Never, Cancellation));

        await own.SendAsync("ACL SETUSER safellm &{room}:room");
        await signal.ListenAsync(told.SetResult, Never, Cancellation);
        await stores.Ledger.HoldAsync(WaitingNode.Request("a", [Day], 10), Cancellation);
        await stores.Ledger.ReleaseAsync("a", Cancellation);

        await told.Task;
    }

    [Fact]
    public async Task Subscription_AtAServerThatIsDown_IsARefusal()
    {
        Assert.SkipWhen(RedisProcess.Program is null, "redis-server is not installed.");
        await using var own = await RedisProcess.StartAsync();
        var options = new RedisStoreOptions { Servers = FormattableString.Invariant($"127.0.0.1:{own.Port}"), Ledger = "room", OperationTimeout = TimeSpan.FromMilliseconds(500) };
        using var stores = RedisStores.Open(options, TimeProvider.System);
        await own.KillAsync();

        for (var i = 0; i < 3; i++) await Assert.ThrowsAsync<RedisStoreException>(async () => await ((IRoomSignal)stores.Ledger).ListenAsync(() => { }, Never, Cancellation));
    }

    [Fact]
    public async Task Listener_ThatDidNotKeepOn_IsForgotten()
    {
        Action? tell = null;
        var listeners = new RoomListeners(onRoom => { tell = onRoom; return Task.CompletedTask; }, time);
        var told = new List<string>();
        var first = () => told.Add("first");
        await listeners.AddAsync(first, TimeSpan.FromSeconds(2));
        await listeners.AddAsync(() => told.Add("second"), TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(1));
        await listeners.AddAsync(first, TimeSpan.FromSeconds(2));

        time.Advance(TimeSpan.FromSeconds(2));
        await listeners.AddAsync(() => told.Add("third"), TimeSpan.FromSeconds(2));
        tell!();

        Assert.Equal(["first", "third"], told);
    }

    [Fact]
    public async Task Listeners_ThatComeWhileOneSubscribes_WaitForTheSameSubscription()
    {
        var subscriptions = new List<TaskCompletionSource>();
        var listeners = new RoomListeners(_ => { subscriptions.Add(new TaskCompletionSource()); return subscriptions[^1].Task; }, time);
        var first = listeners.AddAsync(() => { }, Never);
        var second = listeners.AddAsync(() => { }, Never);
        Assert.False(second.IsCompleted);

        subscriptions[0].SetException(new RedisStoreException("No."));
        await Assert.ThrowsAsync<RedisStoreException>(() => first);
        await Assert.ThrowsAsync<RedisStoreException>(() => second);
        var third = listeners.AddAsync(() => { }, Never);
        subscriptions[1].SetResult();

        await third;
        await listeners.AddAsync(() => { }, Never);
        Assert.Equal(2, subscriptions.Count);
    }
}
