using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Alerts;
using SafeLlm.Anomalies;
using SafeLlm.AspNetCore.Tests;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard.Tests;

public sealed partial class KeyActionTests
{
    private readonly WritableKeys keys = BusyApplication.Keys();

    [Fact]
    public async Task Freeze_ByAnOperator_IsDoneToldAndNoted()
    {
        await using var host = await StartAsync();
        var sink = new RecordedAlerts(AlertKind.KeyFrozen);
        AlertDelivery.Of(host.Stores.Outbox!, host.Clock).Add(sink);

        var (status, message) = await PostAsync(host, "freeze", "k-live");

        Assert.Equal((HttpStatusCode.OK, "The key k-live is frozen."), (status, message));
        Assert.Equal(BusyApplication.Start, keys.Find("k-live")!.FrozenAt);
        var line = Assert.Single(await JournalAsync(host));
        Assert.Equal(("key freeze k-live", "olga", JournalOutcome.OperatorAction), (line.Action, line.Operator, line.Outcome));
        var alert = await sink.First;
        Assert.Equal(("key:k-live", "A key was frozen by an operator"), (alert.Scope, alert.Message));
    }

    [Fact]
    public async Task Thaw_OfAFrozenKey_LetsItPass()
    {
        await using var host = await StartAsync();

        var (status, _) = await PostAsync(host, "thaw", "k-frozen");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Null(keys.Find("k-frozen")!.FrozenAt);
    }

    [Theory]
    [InlineData("thaw", false)]
    [InlineData("freeze", true)]
    public async Task Key_FrozenForAWhile_CanBeThawedAndBeFrozenForGood(string action, bool isFrozen)
    {
        var lockOuts = new InMemoryLockOutStore(new FakeTimeProvider(BusyApplication.Start));
        await lockOuts.RecordAsync(new LockOut("key:k-live", BusyApplication.Start.AddMinutes(30)), TestContext.Current.CancellationToken);
        await using var host = await DashboardHost.StartAsync(new DashboardSetup { Stores = time => InMemoryStoreHostExtensions.InMemory(time) with { Keys = keys, LockOuts = lockOuts } });
        Assert.NotEqual(HttpStatusCode.OK, await host.CallAsync(keys.Find("k-live")!.Key));

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(host, action, "k-live")).Status);

        Assert.Equal(!isFrozen, HttpStatusCode.OK == await host.CallAsync(keys.Find("k-live")!.Key));
        Assert.Equal(!isFrozen, keys.Find("k-live")!.FrozenAt is null);
        Assert.Equal(isFrozen ? 1 : 0, (await lockOuts.ReadAsync(TestContext.Current.CancellationToken)).Count);
    }

    [Fact]
    public async Task Revoke_WithTheNameTyped_IsForGood()
    {
        await using var host = await StartAsync();

        var (status, message) = await PostAsync(host, "revoke", "k-live", "k-live");

        Assert.Equal((HttpStatusCode.OK, "The key k-live is revoked for good."), (status, message));
        Assert.Equal(BusyApplication.Start, keys.Find("k-live")!.RevokedAt);
        Assert.Equal("key revoke k-live", Assert.Single(await JournalAsync(host)).Action);
    }

    [Theory]
    [InlineData("freeze", "k-nobody", "", HttpStatusCode.NotFound, "There is no key named k-nobody")]
    [InlineData("freeze", "k-frozen", "", HttpStatusCode.Conflict, "is frozen already")]
    [InlineData("freeze", "k-revoked", "", HttpStatusCode.Conflict, "is revoked already")]
    [InlineData("thaw", "k-live", "", HttpStatusCode.Conflict, "is not frozen")]
    [InlineData("revoke", "k-live", "", HttpStatusCode.BadRequest, "typed once more")]
    [InlineData("revoke", "k-live", "K-LIVE", HttpStatusCode.BadRequest, "typed once more")]
    [InlineData("revoke", "k-pro", "k-pro", HttpStatusCode.Conflict, "in the application's configuration")]
    public async Task Action_ThatCannotBe_ChangesNothingAndSaysWhy(string action, string keyId, string confirmation, HttpStatusCode expected, string part)
    {
        await using var host = await StartAsync();
        var before = keys.All.OrderBy(key => key.Key.KeyId, StringComparer.Ordinal).ToList();

        var (status, message) = await PostAsync(host, action, keyId, confirmation);

        Assert.Equal(expected, status);
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.Equal(before, keys.All.OrderBy(key => key.Key.KeyId, StringComparer.Ordinal));
        Assert.Empty(await JournalAsync(host));
    }

    [Fact]
    public async Task Key_OfTheConfiguration_IsFrozenOnEveryNodeUntilItIsThawed()
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await host.CallAsync(TestKeys.Pro));
        var lockOuts = host.Stores.LockOuts!;

        var (status, message) = await PostAsync(host, "freeze", "k-pro");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("The key k-pro is frozen until it is thawed; a restart forgets that only where the stores are in memory. It is in the configuration, where it should be ended.", message);
        Assert.Equal("key:k-pro", Assert.Single(await lockOuts.ReadAsync(TestContext.Current.CancellationToken)).Scope);
        Assert.NotEqual(HttpStatusCode.OK, await host.CallAsync(TestKeys.Pro));

        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync(host, "freeze", "k-pro")).Status);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync(host, "thaw", "k-pro")).Status);
        Assert.Empty(await lockOuts.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.OK, await host.CallAsync(TestKeys.Pro));
    }

    [Fact]
    public async Task Freeze_WhereTheStoreFails_HoldsInThisProcess()
    {
        await using var host = await StartAsync();
        keys.IsBroken = true;

        var (status, message) = await PostAsync(host, "freeze", "k-live");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("frozen in this process only", message, StringComparison.Ordinal);
        Assert.NotEqual(HttpStatusCode.OK, await host.CallAsync(keys.Find("k-live")!.Key));
    }

    [Fact]
    public async Task Revoke_WhereTheJournalFails_IsToldAllTheSame()
    {
        var setup = BusyApplication.Setup(keys);
        await using var host = await DashboardHost.StartAsync(setup with { Stores = time => setup.Stores(time) with { Journal = new BrokenJournal() } });
        var sink = new RecordedAlerts(AlertKind.KeyFrozen);
        AlertDelivery.Of(host.Stores.Outbox!, host.Clock).Add(sink);

        var (status, message) = await PostAsync(host, "revoke", "k-live", "k-live");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("journal", message, StringComparison.Ordinal);
        Assert.Equal(("key:k-live", "A key was revoked by an operator"), ((await sink.First).Scope, (await sink.First).Message));
    }

    [Fact]
    public async Task Action_WithoutThePagesToken_IsRefused()
    {
        await using var host = await StartAsync();
        var (name, token) = await TokenAsync(host);

        foreach (var form in new Dictionary<string, string>[] { [], new() { [name] = "made-up" }, new() { [name] = token[..^2] + "AA" } })
        {
            form["keyId"] = "k-live";
            var (status, message) = await SendAsync(host, "freeze", new FormUrlEncodedContent(form));
            Assert.Equal(HttpStatusCode.BadRequest, status);
            Assert.Contains("Load it again", message, StringComparison.Ordinal);
        }

        // Another operator's page, on the same machine.
        var (others, _) = await SendAsync(host, "freeze", new FormUrlEncodedContent(new Dictionary<string, string> { [name] = token, ["keyId"] = "k-live" }), user: "otto");
        Assert.Equal(HttpStatusCode.BadRequest, others);
        Assert.Null(keys.Find("k-live")!.FrozenAt);
    }

    [Fact]
    public async Task Action_ByWhoIsNoOperator_IsRefusedBeforeItIsRead()
    {
        await using var host = await StartAsync();
        var (name, token) = await TokenAsync(host);
        FormUrlEncodedContent Form() => new(new Dictionary<string, string> { [name] = token, ["keyId"] = "k-live" });

        foreach (var action in Enum.GetValues<KeyAction>())
        {
            var path = action.ToString().ToLowerInvariant();
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync(host, path, Form(), user: null)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(host, path, Form(), role: "caller")).Status);
        }

        Assert.Null(keys.Find("k-live")!.FrozenAt);
    }

    [Fact]
    public async Task Action_ThatIsNoForm_IsRefused()
    {
        await using var host = await StartAsync();
        var (name, token) = await TokenAsync(host);

        var (json, _) = await SendAsync(host, "freeze", new StringContent("""{"keyId":"k-live"}""", System.Text.Encoding.UTF8, "application/json"));
        var (large, _) = await SendAsync(host, "freeze", new FormUrlEncodedContent(new Dictionary<string, string> { [name] = token, ["keyId"] = new('k', 20_000) }));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large);
    }

    private Task<DashboardHost> StartAsync() => DashboardHost.StartAsync(BusyApplication.Setup(keys));

    private static async Task<(HttpStatusCode Status, string Message)> PostAsync(DashboardHost host, string action, string keyId, string confirmation = "")
    {
        var (name, token) = await TokenAsync(host);
        return await SendAsync(host, action, new FormUrlEncodedContent(new Dictionary<string, string> { [name] = token, ["keyId"] = keyId, ["confirmation"] = confirmation }));
    }

    private static async Task<(HttpStatusCode Status, string Message)> SendAsync(DashboardHost host, string action, HttpContent form, string? user = "olga", string role = "operator")
    {
        using var request = DashboardHost.As(new HttpRequestMessage(HttpMethod.Post, "/safellm/keys/" + action) { Content = form }, user, role);
        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, body.Length == 0 ? "" : JsonDocument.Parse(body).RootElement.GetProperty("message").GetString()!);
    }

    private static async Task<(string Name, string Token)> TokenAsync(DashboardHost host)
    {
        using var page = await host.GetAsync("/safellm");
        var found = Token().Match(await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.True(found.Success);
        return (WebUtility.HtmlDecode(found.Groups[1].Value), WebUtility.HtmlDecode(found.Groups[2].Value));
    }

    private static async Task<List<JournalEntry>> JournalAsync(DashboardHost host)
    {
        using var view = host.Stores.View!();
        return await view.ReadJournalAsync(BusyApplication.Start, BusyApplication.Start.AddHours(1), TestContext.Current.CancellationToken).Where(line => line.Outcome == JournalOutcome.OperatorAction).ToListAsync(TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("id=\"token\" name=\"([^\"]+)\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
