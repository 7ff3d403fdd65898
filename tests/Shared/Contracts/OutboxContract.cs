using SafeLlm.Alerts;
using SafeLlm.Limits;

namespace SafeLlm.Tests.Contracts;

/// <summary>An alert is recorded once and handed out until it is delivered, to one at a time.</summary>
public abstract class OutboxContract : StoreContract
{
    private static readonly TimeSpan Hand = TimeSpan.FromMinutes(1);

    private IAlertOutbox Outbox => Stores.Outbox!;

    [Fact]
    public async Task Alert_ThatIsRecorded_IsHandedOutAsItWas()
    {
        var alert = new Alert("id1", AlertKind.Anomaly, AlertSeverity.Critical, "Usage left its baseline \u001b[0m<b>.", Start)
        {
            Scope = "key:k1",
            Dimension = Dimension.Requests,
            Window = "rolling@01:00:00",
            WindowStart = Start.AddMinutes(-3),
            Percent = 7,
            Current = 1L << 53,
            Reference = 10,
        };
        var bare = new Alert("id2", AlertKind.StoreFailure, AlertSeverity.Limit, "The store does not answer.", Start);
        Assert.True(await Outbox.RecordAsync(alert, Cancellation));
        Assert.True(await Outbox.RecordAsync(bare, Cancellation));

        Assert.Equal([new PendingAlert(alert, 1), new PendingAlert(bare, 1)], await Outbox.TakeAsync(10, Hand, Cancellation));
    }

    [Fact]
    public async Task Alert_RecordedAgain_IsOne()
    {
        Assert.True(await RecordAsync("a"));
        Assert.False(await RecordAsync("a"));

        Assert.Equal(["a"], await TakeAsync());
    }

    [Fact]
    public async Task Alert_RecordedAgainAfterItsDelivery_IsNotHandedOut()
    {
        await RecordAsync("a");
        await TakeAsync();
        await Outbox.CompleteAsync("a", Cancellation);
        Time.Advance(TimeSpan.FromHours(23));

        Assert.False(await RecordAsync("a"));
        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Alert_ThatIsHandedOut_IsNobodyElsesUntilTheLeaseIsOver()
    {
        await RecordAsync("a");
        Assert.Equal(["a"], await TakeAsync());
        Time.Advance(Hand - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await TakeAsync());

        Time.Advance(TimeSpan.FromMilliseconds(1));

        var again = Assert.Single(await Outbox.TakeAsync(10, Hand, Cancellation));
        Assert.Equal(("a", 2), (again.Alert.Id, again.Attempt));
    }

    [Fact]
    public async Task Alert_ThatIsDelivered_IsNotHandedOutAgain()
    {
        await RecordAsync("a");
        await TakeAsync();
        await Outbox.CompleteAsync("a", Cancellation);
        await Outbox.CompleteAsync("a", Cancellation);

        Time.Advance(Hand);

        Assert.Empty(await TakeAsync());
    }

    [Fact]
    public async Task Alert_ThatIsPostponed_WaitsThatLong()
    {
        await RecordAsync("a");
        await TakeAsync();
        await Outbox.PostponeAsync("a", TimeSpan.FromMinutes(10), Cancellation);

        Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await TakeAsync());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(["a"], await TakeAsync());
    }

    [Fact]
    public async Task Alerts_AreHandedOut_OldestFirstAndNotMoreThanAsked()
    {
        for (var i = 0; i < 5; i++)
        {
            await RecordAsync($"a{i}");
            Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["a0", "a1"], await TakeAsync(2));
        Assert.Equal(["a2", "a3"], await TakeAsync(2));
        Assert.Equal(["a4"], await TakeAsync(2));
    }

    [Fact]
    public async Task Alerts_TakenByManyTasks_GoToOneEach()
    {
        for (var i = 0; i < 60; i++) await RecordAsync($"a{i}");

        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => TakeAsync(5), Cancellation)));

        Assert.Equal(60, taken.SelectMany(ids => ids).Distinct().Count());
        Assert.Equal(60, taken.Sum(ids => ids.Count));
    }

    [Fact]
    public async Task Alert_ThatIsUnknown_ChangesNothing()
    {
        await Outbox.CompleteAsync("unknown", Cancellation);
        await Outbox.PostponeAsync("unknown", Hand, Cancellation);

        Assert.True(await RecordAsync("unknown"));
        Assert.Equal(["unknown"], await TakeAsync());
    }

    private async Task<bool> RecordAsync(string id) => await Outbox.RecordAsync(new Alert(id, AlertKind.LockOut, AlertSeverity.Warning, "Locked out.", Time.GetUtcNow()), Cancellation);

    private async Task<List<string>> TakeAsync(int most = 10) => [.. (await Outbox.TakeAsync(most, Hand, Cancellation)).Select(pending => pending.Alert.Id)];
}
