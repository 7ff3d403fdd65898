using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.AspNetCore.Tests;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard.Tests;

public sealed class LiveDataTests
{
    [Fact]
    public async Task Data_OfAnApplicationInUse_HasItsNumbers()
    {
        var (host, _) = await BusyApplication.StartAsync(isRunning: false);
        await using var application = host;

        var data = await ReadAsync(host);

        Assert.Equal(BusyApplication.Start, data.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, data.GetProperty("trouble").ValueKind);
        Assert.Equal((1, 9.5m), (data.GetProperty("holds").GetProperty("count").GetInt32(), data.GetProperty("holds").GetProperty("dollars").GetDecimal()));
        var ada = Rows(data, "limits").Single(row => Text(row, "scope") == "user:shop/ada" && Text(row, "dimension") == "dollars");
        Assert.Equal((50m, 11.25m, 9.5m, 29.25m, "PRO", "day@UTC"), (ada.GetProperty("cap").GetDecimal(), ada.GetProperty("spent").GetDecimal(), ada.GetProperty("held").GetDecimal(), ada.GetProperty("free").GetDecimal(), Text(ada, "tier"), Text(ada, "window")));
        Assert.Equal(["signature_invalid 4", "unknown_model 1"], Rows(data, "refusals").Select(row => $"{Text(row, "code")} {row.GetProperty("count").GetInt64()}"));
        Assert.Equal(8, data.GetProperty("latency").GetProperty("checks").GetProperty("count").GetInt64());
        Assert.Equal(3, data.GetProperty("latency").GetProperty("calls").GetProperty("count").GetInt64());
        Assert.Equal(203, Rows(data, "models").Sum(row => row.GetProperty("attempts").GetInt64()));
        Assert.All(data.GetProperty("models").GetProperty("series").EnumerateArray(), one => Assert.Equal(60, one.GetProperty("values").GetArrayLength()));
        Assert.Equal(["k-hostile high freeze", "k-live medium alert"], data.GetProperty("anomalies").EnumerateArray().Select(one => $"{Text(one, "keyId")} {Text(one, "severity")} {Text(one, "action")}"));
        var keys = data.GetProperty("keys");
        Assert.Equal((5, 1, 1), (keys.GetProperty("live").GetInt32(), keys.GetProperty("frozen").GetInt32(), keys.GetProperty("endingSoon").GetInt32()));
        Assert.Equal(["k-frozen frozen", "k-ends-soon live", "k-live live", "k-free live", "k-hostile live", "k-pro live", "k-expired expired", "k-revoked revoked"], Rows(data, "keys").Select(row => $"{Text(row, "keyId")} {Text(row, "state")}"));
    }

    [Fact]
    public async Task Data_ForTheSecretsOfKeys_HasNone()
    {
        var (host, keys) = await BusyApplication.StartAsync(isRunning: false);
        await using var application = host;

        using var response = await host.GetAsync("/safellm/data");
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.All(keys.All.Select(key => key.Key).Append(TestKeys.Pro), key => Assert.DoesNotContain(key.ExportBase64(), text, StringComparison.Ordinal));
        Assert.DoesNotContain("a-secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("walrus", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Data_AskedForByManyPages_IsReadOnceASecond()
    {
        var (host, _) = await BusyApplication.StartAsync(isRunning: false);
        await using var application = host;
        var first = await ReadAsync(host);

        await BusyApplication.HoldAsync(host, "more", "user:shop/ada", [Limit.Dollars(50m).PerDay()], 3m, null);
        var second = await ReadAsync(host);
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var third = await ReadAsync(host);

        Assert.Equal([1, 1, 2], new[] { first, second, third }.Select(data => data.GetProperty("holds").GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task Data_OfAStoreThatCannotBeRead_StillHasRefusalsAlertsAndKeys()
    {
        var isBroken = true;
        await using var host = await DashboardHost.StartAsync(new DashboardSetup
        {
            Stores = time =>
            {
                var stores = InMemoryStoreHostExtensions.InMemory(time);
                return stores with { View = () => isBroken ? throw new IOException("The disk of this test is gone.") : stores.View!() };
            },
        });
        await host.CallAsync(TestKeys.Stranger);

        var dark = await ReadAsync(host);
        isBroken = false;
        host.Time.Advance(TimeSpan.FromSeconds(1));
        var light = await ReadAsync(host);

        Assert.Contains("The store cannot be read now", Text(dark, "trouble"), StringComparison.Ordinal);
        Assert.Equal(1, dark.GetProperty("refusals").GetProperty("count").GetInt64());
        Assert.Equal(2, dark.GetProperty("keys").GetProperty("count").GetInt32());
        Assert.Contains("cannot look into the store", host.Log.All, StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, light.GetProperty("trouble").ValueKind);
    }

    [Fact]
    public async Task Alerts_OfTheStoreAndOfThisProcess_AreToldOnceNewestFirst()
    {
        var other = new Alert("elsewhere", AlertKind.LockOut, AlertSeverity.Warning, "Delivered by another node.", BusyApplication.Start.AddHours(-3));
        var both = new Alert("both", AlertKind.Overrun, AlertSeverity.Warning, "Known to both.", BusyApplication.Start.AddHours(-2));
        var here = new Alert("here", AlertKind.Anomaly, AlertSeverity.Critical, "Known to this node.", BusyApplication.Start.AddHours(-1));
        await using var host = await DashboardHost.StartAsync(new DashboardSetup
        {
            Stores = time =>
            {
                var stores = InMemoryStoreHostExtensions.InMemory(time);
                return stores with { View = () => new RememberingView(stores.View!(), [both, other]) };
            },
        });
        await host.Stores.Outbox!.RecordAsync(here, TestContext.Current.CancellationToken);
        await host.Stores.Outbox.RecordAsync(both, TestContext.Current.CancellationToken);
        await AlertDelivery.Of(host.Stores.Outbox, host.Clock).DeliverAsync(TestContext.Current.CancellationToken);

        var alerts = (await ReadAsync(host)).GetProperty("alerts").EnumerateArray();

        Assert.Equal(["here", "both", "elsewhere"], alerts.Select(alert => Text(alert, "id")));
    }

    [Fact]
    public async Task Key_FrozenForAWhile_IsShownWithItsEnd()
    {
        var until = BusyApplication.Start.AddMinutes(30);
        var others = InMemoryStoreHostExtensions.InMemory(new FakeTimeProvider(BusyApplication.Start));
        await others.LockOuts!.RecordAsync(new LockOut("key:k-live", until), TestContext.Current.CancellationToken);
        var keys = BusyApplication.Keys();
        // Recorded by another node: this one takes it at its start.
        await using var host = await DashboardHost.StartAsync(new DashboardSetup { Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { Keys = keys, LockOuts = others.LockOuts } });

        var key = Rows(await ReadAsync(host), "keys").Single(row => Text(row, "keyId") == "k-live");

        Assert.Equal(("frozen", until), (Text(key, "state"), key.GetProperty("frozenUntil").GetDateTimeOffset()));
    }

    [Fact]
    public async Task Data_OfStoresWithoutAView_SaysWhatIsNotShown()
    {
        await using var host = await DashboardHost.StartAsync(new DashboardSetup { Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { View = null } });

        Assert.Contains("cannot be looked into", Text(await ReadAsync(host), "trouble"), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> ReadAsync(DashboardHost host)
    {
        using var response = await host.GetAsync("/safellm/data");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement;
    }

    private static List<JsonElement> Rows(JsonElement data, string part) => [.. data.GetProperty(part).GetProperty("rows").EnumerateArray()];

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();
}
