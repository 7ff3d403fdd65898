using Microsoft.Extensions.Time.Testing;
using SafeLlm.Alerts;

namespace SafeLlm.Tests.Alerts;

public sealed class InMemoryAlertOutboxTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Outbox_ThatNobodyEmpties_DropsTheOldestAndCountsThem()
    {
        var outbox = new InMemoryAlertOutbox(time);
        for (var i = 0; i < InMemoryAlertOutbox.MaxWaiting + 5; i++) await RecordAsync(outbox, $"a{i}");

        Assert.Equal(5, outbox.Dropped);
        Assert.Equal("a5", (await outbox.TakeAsync(1, TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken))[0].Alert.Id);
        Assert.False(await RecordAsync(outbox, "a0"));
    }

    [Fact]
    public async Task Id_OfADeliveredAlert_IsForgottenAfterADay()
    {
        var outbox = new InMemoryAlertOutbox(time);
        await RecordAsync(outbox, "a");
        await outbox.CompleteAsync("a", TestContext.Current.CancellationToken);

        time.Advance(TimeSpan.FromHours(24));

        Assert.True(await RecordAsync(outbox, "a"));
    }

    private ValueTask<bool> RecordAsync(InMemoryAlertOutbox outbox, string id) =>
        outbox.RecordAsync(new Alert(id, AlertKind.Overrun, AlertSeverity.Warning, "Overrun.", time.GetUtcNow()), TestContext.Current.CancellationToken);
}
