using System.Globalization;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.AspNetCore;
using SafeLlm.AspNetCore.Tests;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;

namespace SafeLlm.Dashboard.Tests;

/// <summary>An application in use: spending against caps, holds, an hour of attempts, refusals, alerts, and keys with hostile owners.</summary>
internal static class BusyApplication
{
    public const string Script = "<script>document.title = 'owned'</script>";
    public const string Image = "\"><img src=x onerror=alert(1)>";

    private static readonly string[] Models = ["gpt-4o-mini", "claude-sonnet-4", "gemini-2.5-flash", Image];

    public static DateTimeOffset Start { get; } = new(2026, 11, 23, 12, 30, 0, TimeSpan.Zero);

    public static DashboardSetup Setup(WritableKeys keys, bool isRunning = false) => new()
    {
        Start = Start,
        IsRunning = isRunning,
        Anomalies = new KnownAnomalies(
            new KeyAnomaly("k-hostile", Start.AddMinutes(-2), new Anomaly(AnomalyKind.RequestSpike, TimeSpan.FromMinutes(5), 61, 10, 50), AnomalyAction.Freeze, Start.AddMinutes(28)),
            new KeyAnomaly("k-live", Start.AddMinutes(-9), new Anomaly(AnomalyKind.TokenSpike, TimeSpan.FromHours(1), 2_400, 500, 1_500), AnomalyAction.Alert, null)),
        Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { Keys = keys },
        Options = options => options.Tiers["FREE"].Pool = new SafeLlmLimitOptions { DollarsPerDay = 5m },
    };

    public static WritableKeys Keys() => new(
        Key("k-live", Start.AddDays(80), "PRO") with { User = "ada", Client = "shop" },
        Key("k-ends-soon", Start.AddDays(3).AddHours(1), "ENTERPRISE") with { User = "grace", Client = "shop", Tenant = "navy" },
        Key("k-hostile", null, "PRO") with { User = Script, Client = Image },
        Key("k-frozen", Start.AddDays(40), "FREE") with { User = "mallory", FrozenAt = Start.AddHours(-1) },
        Key("k-revoked", Start.AddDays(40), "FREE") with { User = "trudy", RevokedAt = Start.AddHours(-2) },
        Key("k-expired", Start.AddDays(-1), "FREE") with { User = "oscar" });

    public static async Task<(DashboardHost Host, WritableKeys Keys)> StartAsync(bool isRunning = true)
    {
        var keys = Keys();
        var host = await DashboardHost.StartAsync(Setup(keys, isRunning));
        await FillAsync(host);
        return (host, keys);
    }

    public static async Task HoldAsync(DashboardHost host, string id, string scope, Limit[] limits, decimal held, decimal? settled)
    {
        var cancel = TestContext.Current.CancellationToken;
        var request = new HoldRequest(id, [.. limits.Select(limit => limit.For(scope))], new Amounts(900, 400, NanoUsd.FromDollars(held)), TimeSpan.FromHours(1));
        Assert.Equal(HoldOutcome.Held, (await host.Stores.Ledger.HoldAsync(request, cancel)).Outcome);
        if (settled is { } dollars) await host.Stores.Ledger.SettleAsync(id, new Amounts(800, 150, NanoUsd.FromDollars(dollars)), cancel);
    }

    public static async Task AddAttemptAsync(DashboardHost host, string model, decimal dollars)
    {
        var amounts = new Amounts(800, 150, NanoUsd.FromDollars(dollars));
        var id = string.Create(CultureInfo.InvariantCulture, $"{model} {dollars}");
        await host.Stores.Journal!.AppendAsync(
            new JournalEntry { Id = id, At = host.Clock.GetUtcNow(), Outcome = JournalOutcome.Reported, Model = model, Quoted = amounts, Actual = amounts, Scopes = ["user:shop/ada"] },
            TestContext.Current.CancellationToken);
    }

    private static async Task FillAsync(DashboardHost host)
    {
        Limit[] pro = [Limit.Requests(60).PerMinute(), Limit.Tokens(100_000).PerDay(), Limit.Dollars(50m).PerDay()];
        Limit[] free = [Limit.Requests(10).PerMinute(), Limit.Tokens(10_000).PerDay(), Limit.Dollars(1m).PerDay()];
        Limit[] calls = [Limit.ConcurrentCalls(4)];
        await HoldAsync(host, "a", "user:shop/ada", [.. pro, .. calls], 14m, 11.25m);
        await HoldAsync(host, "b", "user:shop/ada", [.. pro, .. calls], 9.5m, null);
        await HoldAsync(host, "c", $"user:{Image}/{Script}", pro, 44m, 41.5m);
        await HoldAsync(host, "d", "user:mallory", free, 1m, 1m);
        await HoldAsync(host, "e", "key:k-free", free, 0.4m, 0.0123m);
        await HoldAsync(host, "f", "tier:free", [Limit.Dollars(5m).PerDay()], 1.4m, 1.0123m);
        await HoldAsync(host, "g", "app", [Limit.Dollars(500m).PerDay(), Limit.Dollars(5_000m).PerMonth()], 70m, 54.77m);
        await AddAttemptsAsync(host);

        for (var i = 0; i < 3; i++) Assert.Equal(System.Net.HttpStatusCode.OK, await host.CallAsync(TestKeys.Pro));
        for (var i = 0; i < 4; i++) Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await host.CallAsync(TestKeys.Stranger));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, await host.CallAsync(TestKeys.Free, Chats.Request(model: "no-such-model")));

        var now = host.Clock.GetUtcNow();
        await AlertAsync(host, new Alert("1", AlertKind.BudgetShare, AlertSeverity.Warning, "80% of daily budget consumed", now.AddMinutes(-30)) { Scope = $"user:{Image}/{Script}", Dimension = Dimension.Dollars, Current = 41_500_000_000, Reference = 50_000_000_000 });
        await AlertAsync(host, new Alert("2", AlertKind.Anomaly, AlertSeverity.Critical, "A key is used from far more networks than before. It may have leaked.", now.AddMinutes(-12)) { Scope = "key:k-hostile", Current = 61, Reference = 3 });
        await AlertAsync(host, new Alert("3", AlertKind.KeyExpiry, AlertSeverity.Warning, "API key expires in 3 days", now.AddMinutes(-5)) { Scope = "key:k-ends-soon", Current = 3 });
        await AlertDelivery.Of(host.Stores.Outbox!, host.Clock).DeliverAsync(TestContext.Current.CancellationToken);
    }

    private static async Task AddAttemptsAsync(DashboardHost host)
    {
        var now = host.Clock.GetUtcNow();
        for (var i = 0; i < 200; i++)
        {
            var model = Models[i % 7 % Models.Length];
            var cents = 1 + (i * 37 % 23);
            await host.Stores.Journal!.AppendAsync(
                new JournalEntry
                {
                    Id = "line-" + i.ToString(CultureInfo.InvariantCulture),
                    At = now.AddSeconds(-17 * i),
                    Outcome = JournalOutcome.Reported,
                    Model = model,
                    Quoted = new Amounts(900, 400, NanoUsd.FromDollars((cents + 4) / 100m)),
                    Actual = new Amounts(800, 150, NanoUsd.FromDollars(cents / 100m)),
                    Scopes = ["user:shop/ada"],
                },
                TestContext.Current.CancellationToken);
        }
    }

    private static async Task AlertAsync(DashboardHost host, Alert alert) => await host.Stores.Outbox!.RecordAsync(alert, TestContext.Current.CancellationToken);

    private static VerifierKey Key(string keyId, DateTimeOffset? notAfter, string tier) => new(TestKeys.Make(keyId, "a-secret-of-32-bytes-or-more-" + keyId)) { NotAfter = notAfter, Tier = tier };
}
