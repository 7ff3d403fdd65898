using System.Net;
using System.Text.Json;
using SafeLlm.Alerts;
using SafeLlm.AspNetCore.Tests;
using SafeLlm.Sqlite;

namespace SafeLlm.Dashboard.Tests;

public sealed class StoreFileTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("safellm-dashboard-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task Data_OfAStoreFile_HasItsCountersAndTheAlertsOfOtherProcesses()
    {
        var file = Path.Combine(folder.FullName, "safellm.db");
        await using var host = await DashboardHost.StartAsync(new DashboardSetup { Stores = time => SqliteStores.Open(file, time) });
        Assert.Equal(HttpStatusCode.OK, await host.CallAsync(TestKeys.Pro));
        // Delivered elsewhere: this process never sees it but in the file.
        var alert = new Alert("elsewhere", AlertKind.LockOut, AlertSeverity.Warning, "Signatures that do not verify keep coming.", host.Time.GetUtcNow());
        await host.Stores.Outbox!.RecordAsync(alert, TestContext.Current.CancellationToken);
        await host.Stores.Outbox.CompleteAsync(alert.Id, TestContext.Current.CancellationToken);

        using var response = await host.GetAsync("/safellm/data");
        var data = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).RootElement;

        Assert.Equal(JsonValueKind.Null, data.GetProperty("trouble").ValueKind);
        var requests = data.GetProperty("limits").GetProperty("rows").EnumerateArray()
            .Single(row => row.GetProperty("scope").GetString() == "user:tests/42" && row.GetProperty("dimension").GetString() == "requests");
        // A settle rides the next commit of the file: until then the request is held.
        Assert.Equal(1, requests.GetProperty("spent").GetInt64() + requests.GetProperty("held").GetInt64());
        Assert.Contains("elsewhere", data.GetProperty("alerts").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
    }
}
