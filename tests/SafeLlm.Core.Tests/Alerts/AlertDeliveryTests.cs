using Microsoft.Extensions.Time.Testing;
using SafeLlm.Alerts;

namespace SafeLlm.Tests.Alerts;

public sealed class AlertDeliveryTests
{
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2027, 6, 16, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryAlertOutbox outbox;
    private readonly AlertDelivery delivery;
    private readonly List<(Alert? Alert, Exception Failure)> failures = [];

    public AlertDeliveryTests()
    {
        outbox = new InMemoryAlertOutbox(time);
        delivery = AlertDelivery.Of(outbox, time);
        delivery.Failed = (alert, failure) => failures.Add((alert, failure));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Alert_ThatWaits_ReachesEverySinkOnce()
    {
        var (one, two) = (Add(new FakeAlertSink()), Add(new FakeAlertSink()));
        await RecordAsync("a", "b");

        Assert.Equal(2, await delivery.DeliverAsync(Cancellation));
        Assert.Equal(0, await delivery.DeliverAsync(Cancellation));

        Assert.Equal(["a", "b"], one.Ids);
        Assert.Equal(["a", "b"], two.Ids);
    }

    [Fact]
    public async Task Sinks_AddedTogether_AllGetWhatAnEarlierProcessLeft()
    {
        await RecordAsync("a");
        var (one, two) = (new FakeAlertSink(), new FakeAlertSink());

        delivery.Add([one, two, one]);
        await delivery.Background;

        Assert.Equal(["a"], one.Ids);
        Assert.Equal(["a"], two.Ids);
    }

    [Fact]
    public async Task Sink_ThatFails_GetsTheAlertAgain_AndTheOthersDoNot()
    {
        var (bad, good) = (Add(new FakeAlertSink { Failing = 2 }), Add(new FakeAlertSink()));
        time.Advance(TimeSpan.FromSeconds(1));
        await RecordAsync("a");

        Assert.Equal(0, await delivery.DeliverAsync(Cancellation));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, await delivery.DeliverAsync(Cancellation));
        Assert.Equal(0, await delivery.DeliverAsync(Cancellation));

        // Due 16 s after the start; the delivery's own round after 15 s finds nothing yet.
        time.Advance(TimeSpan.FromSeconds(9));
        await delivery.Background;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await delivery.DeliverAsync(Cancellation));

        Assert.Equal(["a"], bad.Ids);
        Assert.Equal(["a"], good.Ids);
        Assert.Equal(["a", "a"], failures.Select(failure => failure.Alert!.Id));
    }

    [Fact]
    public async Task Alert_ThatAnotherProcessFinished_IsForgotten_AndReachesEverySinkWhenItIsRecordedAnew()
    {
        var (bad, good) = (Add(new FakeAlertSink { Failing = 1 }), Add(new FakeAlertSink()));
        await RecordAsync("a");
        await delivery.DeliverAsync(Cancellation);
        await outbox.CompleteAsync("a", Cancellation);

        // An outbox knows an id for a day: the same matter may be recorded once more.
        time.Advance(TimeSpan.FromHours(25));
        await RecordAsync("a");
        await delivery.DeliverAsync(Cancellation);

        Assert.Equal(["a"], bad.Ids);
        Assert.Equal(["a", "a"], good.Ids);
    }

    [Fact]
    public async Task Sink_ThatFailsForLong_IsAskedLessAndLessOften_ButAtLeastEveryTenMinutes()
    {
        var sink = Add(new FakeAlertSink { Failing = int.MaxValue });
        await RecordAsync("a");
        for (var i = 0; i < 60 * 60; i++)
        {
            await delivery.DeliverAsync(Cancellation);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(sink.Asked, 10, 20);
        sink.Failing = 0;
        time.Advance(TimeSpan.FromMinutes(10));
        await delivery.DeliverAsync(Cancellation);
        Assert.Equal(["a"], sink.Ids);
    }

    [Fact]
    public async Task Sink_ThatNeverReturns_IsGivenUp()
    {
        var sink = Add(new FakeAlertSink { Hangs = true });
        await RecordAsync("a");
        var delivering = delivery.DeliverAsync(Cancellation);
        await sink.WasAsked.WaitAsync(Cancellation);

        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(0, await delivering);
        Assert.IsAssignableFrom<OperationCanceledException>(Assert.Single(failures).Failure);
    }

    [Fact]
    public async Task Nudge_DeliversInTheBackground()
    {
        var sink = Add(new FakeAlertSink());
        await RecordAsync("a");

        delivery.Nudge();
        await sink.WasAsked.WaitAsync(Cancellation);

        Assert.Equal(["a"], sink.Ids);
    }

    [Fact]
    public async Task Alert_OfAnotherProcessOrALease_IsDeliveredWithoutANudge()
    {
        var sink = Add(new FakeAlertSink());
        await RecordAsync("a");

        time.Advance(TimeSpan.FromSeconds(15));
        await sink.WasAsked.WaitAsync(Cancellation);

        Assert.Equal(["a"], sink.Ids);
    }

    [Fact]
    public async Task Alert_WithoutAnySink_Waits()
    {
        await RecordAsync("a");
        Assert.Equal(0, await delivery.DeliverAsync(Cancellation));

        var sink = Add(new FakeAlertSink());
        await sink.WasAsked.WaitAsync(Cancellation);

        Assert.Equal(["a"], sink.Ids);
    }

    [Fact]
    public async Task Delivery_ThatEndsWhileItSends_LeavesTheRestToTheNextProcess()
    {
        delivery.Add(new ActingSink(_ =>
        {
            delivery.Dispose();
            return ValueTask.CompletedTask;
        }));
        await RecordAsync("a", "b");

        await delivery.DeliverAsync(Cancellation);
        time.Advance(TimeSpan.FromHours(1));

        Assert.Contains("b", (await outbox.TakeAsync(9, TimeSpan.FromSeconds(1), Cancellation)).Select(pending => pending.Alert.Id));
    }

    [Fact]
    public async Task Sink_ThatTakesNoNoticeOfItsToken_KeepsNobodyElseWaiting()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        delivery.Add(new ActingSink(_ =>
        {
            asked.TrySetResult();
            return new ValueTask(new TaskCompletionSource().Task);
        }));
        var good = Add(new FakeAlertSink());
        await RecordAsync("a");

        var delivering = delivery.DeliverAsync(Cancellation);
        await asked.Task.WaitAsync(Cancellation);
        time.Advance(TimeSpan.FromMinutes(1));
        await delivering.WaitAsync(TimeSpan.FromSeconds(20), Cancellation);

        Assert.Equal(["a"], good.Ids);
    }

    [Fact]
    public async Task Sink_ThatNeverReturns_HoldsUpNoOtherThoughManyAlertsWait()
    {
        var (silent, good) = (Add(new FakeAlertSink { Hangs = true }), Add(new FakeAlertSink()));
        string[] all = [.. Enumerable.Range(1, 20).Select(number => $"a{number:00}")];
        await RecordAsync(all);
        var delivering = delivery.DeliverAsync(Cancellation);
        await silent.WasAsked.WaitAsync(Cancellation);
        // The first eight go beside the silent one, and the others when it is given up, once for all of them.
        Assert.Equal(all[..8], good.Ids);
        time.Advance(TimeSpan.FromSeconds(30));
        await delivering;
        Assert.Equal(all, good.Ids);
        Assert.Equal(1, silent.Asked);

        // It is left alone, whatever comes, until its rest is over.
        await RecordAsync("b");
        await delivery.DeliverAsync(Cancellation);
        Assert.Equal("b", good.Ids[^1]);
        Assert.Equal(1, silent.Asked);
        time.Advance(TimeSpan.FromMinutes(1));
        await silent.WasAsked.WaitAsync(Cancellation);
        Assert.Equal(2, silent.Asked);
    }

    private sealed class ActingSink(Func<Alert, ValueTask> act) : IAlertSink
    {
        public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken) => act(alert);
    }

    [Fact]
    public void Delivery_OfOneOutbox_IsTheSameForAll()
    {
        Assert.Same(delivery, AlertDelivery.Of(outbox, time));
        Assert.NotSame(delivery, AlertDelivery.Of(new InMemoryAlertOutbox(time), time));
    }

    private FakeAlertSink Add(FakeAlertSink sink)
    {
        delivery.Add(sink);
        delivery.Add(sink);
        return sink;
    }

    // Behind the rounds that adding sinks began, which would deliver some of it else.
    private async Task RecordAsync(params string[] ids)
    {
        await delivery.Background;
        foreach (var id in ids) await outbox.RecordAsync(new Alert(id, AlertKind.Overrun, AlertSeverity.Warning, "Overrun.", time.GetUtcNow()), Cancellation);
    }
}
