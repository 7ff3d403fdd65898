using Microsoft.Extensions.Logging;
using SafeLlm.Alerts;
using SafeLlm.Limits;
using SafeLlm.Tests.Fakes;

namespace SafeLlm.Tests.Alerts;

/// <summary>What the ledger records reaches the log and the sinks of the options.</summary>
public sealed class ClientAlertTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BudgetThatIsUsedUp_IsLoggedAndSentOnce()
    {
        // 1,000 tokens in and 100 out cost less than that; 1,000 and 1,000,000 more: an overrun uses the budget up at once.
        var world = new World().With(Limit.Dollars(0.01m).PerDay().For("user:42"));
        var sink = new WaitingSink(3);
        world.Options.AlertSinks.Add(sink);
        world.Provider.Then(Answers.Whole("Hello!", 1_000, 1_000_000));

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        var alerts = await sink.Whole.WaitAsync(Cancel);
        Assert.Equal(["50% of daily budget consumed", "80% of daily budget consumed", "Daily budget exhausted"], alerts.Select(alert => alert.Message));
        Assert.Contains("Daily budget exhausted (user:42: $", world.LogText, StringComparison.Ordinal);
        Assert.Equal(3, world.Log.GetSnapshot().Count(record => record.Message.Contains("daily budget", StringComparison.OrdinalIgnoreCase) && record.Level >= LogLevel.Warning));
    }

    [Fact]
    public async Task LimitOverADay_InMemory_IsWarnedOfOnce()
    {
        var world = new World().With(Limit.Dollars(1).PerDay());
        for (var i = 0; i < 3; i++)
        {
            using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);
        }

        Assert.Single(world.Log.GetSnapshot(), record => record.Message.Contains("kept in memory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LimitOverAnHour_InMemory_IsNotWarnedOf()
    {
        var world = new World().With(Limit.Dollars(1).PerHour());

        using var response = await world.Http.SendAsync(World.Request(World.Body()), Cancel);

        Assert.DoesNotContain("kept in memory", world.LogText, StringComparison.Ordinal);
    }

    private sealed class WaitingSink(int expected) : IAlertSink
    {
        private readonly List<Alert> alerts = [];
        private readonly TaskCompletionSource<IReadOnlyList<Alert>> whole = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<IReadOnlyList<Alert>> Whole => whole.Task;

        public ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
        {
            alerts.Add(alert);
            if (alerts.Count == expected) whole.SetResult(alerts);
            return ValueTask.CompletedTask;
        }
    }
}
