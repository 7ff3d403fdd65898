using Microsoft.Playwright;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard.Tests;

public sealed class DashboardInBrowserTests(Chromium chromium)
{
    [Fact]
    public async Task Page_WithHostileNames_ShowsThemAsTextAndBreaksNoPolicy()
    {
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host, user: BusyApplication.Script);
        await page.SeeNumbersAsync();

        await Assertions.Expect(page.Element("operator")).ToHaveTextAsync(BusyApplication.Script);
        await Assertions.Expect(page.Element("limit-table")).ToContainTextAsync($"user:{BusyApplication.Image}/{BusyApplication.Script}");
        await Assertions.Expect(page.Element("model-table")).ToContainTextAsync(BusyApplication.Image);
        await Assertions.Expect(page.Row("key-table", "k-hostile")).ToContainTextAsync(BusyApplication.Script);
        await Assertions.Expect(page.Element("alert-list")).ToContainTextAsync(BusyApplication.Script);
        Assert.Equal("SafeLlm", await page.Page.TitleAsync());
        Assert.Equal(0, await page.Page.Locator("main script, main img").CountAsync());
        Assert.Empty(page.Complaints);
        Assert.All(page.Requests, request => Assert.StartsWith(host.Address.AbsoluteUri, request, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_OfAnApplicationInUse_ShowsItsNumbers()
    {
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();

        await Assertions.Expect(page.Element("sums")).ToContainTextAsync("held now$9.501 open hold");
        var full = page.Row("limit-table", "user:mallory").First;
        await Assertions.Expect(full).ToContainTextAsync("100 %");
        await Assertions.Expect(full.GetByRole(AriaRole.Img, new LocatorGetByRoleOptions { Name = "$1.00 settled and $0.00 held of $1.00", Exact = true })).ToBeVisibleAsync();
        await Assertions.Expect(page.Row("refusal-table", "signature_invalid")).ToContainTextAsync("4");
        await Assertions.Expect(page.Row("latency-table", "calls that passed")).ToContainTextAsync(" ms");
        await Assertions.Expect(page.Row("key-table", "k-ends-soon")).ToContainTextAsync("in 3 days");
        await Assertions.Expect(page.Element("alert-list")).ToContainTextAsync("far more networks");
        await Assertions.Expect(page.Element("anomaly-list")).ToContainTextAsync("k-hostile request_spike: 61 requests in 5 minutes, where 10 requests are usual and 50 requests the most. Frozen until 23 Nov, 13:58");
        Assert.Equal(4, await page.Page.EvaluateAsync<int>("[...document.querySelectorAll('canvas')].filter(canvas => Chart.getChart(canvas)?.data.datasets.some(set => set.data.some(value => value > 0))).length"));

        // Narrowed down to a kind of scope, then to a name.
        await page.Element("kinds").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Tier pools" }).ClickAsync();
        await Assertions.Expect(page.Element("limit-table").GetByRole(AriaRole.Rowheader)).ToHaveTextAsync(["tier:free"]);
        await page.Element("kinds").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "All" }).ClickAsync();
        await page.Element("find-limit").FillAsync("ada");
        await Assertions.Expect(page.Element("limit-table").GetByRole(AriaRole.Rowheader)).ToHaveTextAsync(["user:shop/ada", "user:shop/ada", "user:shop/ada", "user:shop/ada"]);
    }

    [Fact]
    public async Task Numbers_ThatChange_ComeWithoutTakingTheKeyboardAway()
    {
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();
        var button = page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Freeze k-live", Exact = true });
        await button.FocusAsync();

        await BusyApplication.HoldAsync(host, "more", "user:shop/ada", [Limit.Dollars(50m).PerDay()], 3.25m, null);

        await Assertions.Expect(page.Element("sums")).ToContainTextAsync("held now$12.752 open holds");
        await Assertions.Expect(button).ToBeFocusedAsync();
    }

    [Fact]
    public async Task Filter_ThatIsNew_TakesTheKeyboardFromNoOther()
    {
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();
        ILocator Filter(string name) => page.Element("kinds").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = name, Exact = true });
        await Filter("Users").FocusAsync();

        await BusyApplication.HoldAsync(host, "more", "network:192.0.2.0/24", [Limit.Dollars(50m).PerDay()], 3.25m, null);

        await Assertions.Expect(Filter("Networks")).ToBeVisibleAsync();
        await Assertions.Expect(Filter("Users")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ModelsWithLongNames_HaveEachTheirOwnPartOfTheChart()
    {
        string[] models = ["anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic.claude-3-5-sonnet-20241022-v2:0"];
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        foreach (var (model, dollars) in models.Zip([5m, 9m])) await BusyApplication.AddAttemptAsync(host, model, dollars);
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();

        // Renewed once more: the datasets that are there are filled again.
        await BusyApplication.AddAttemptAsync(host, models[1], 1m);
        await page.Page.WaitForFunctionAsync("""
            models => {
              const sets = Chart.getChart("model-chart").data.datasets;
              const sums = models.map(model => sets.filter(set => set.label === model).flatMap(set => set.data).reduce((sum, value) => sum + value, 0));
              return Math.round(sums[0]) === 5 && Math.round(sums[1]) === 10;
            }
            """, models);
    }

    [Fact]
    public async Task Page_ThatIsPaused_AsksNoMoreUntilItGoesOn()
    {
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();
        var pause = page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Pause" });

        await pause.ClickAsync();
        await Assertions.Expect(pause).ToHaveAttributeAsync("aria-pressed", "true");
        // What was under way has come in by now: nothing else waits for the network.
        await page.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        await page.Page.Clock.InstallAsync();
        var asked = page.Requests.Count;
        await page.Page.Clock.RunForAsync(60_000);
        Assert.Equal(asked, page.Requests.Count);

        var next = page.Page.WaitForResponseAsync(response => response.Url.EndsWith("/data", StringComparison.Ordinal));
        await pause.ClickAsync();
        await next;
    }

    [Fact]
    public async Task Page_WhoseOperatorIsSignedOut_SaysThatItsNumbersAreOld()
    {
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();

        await page.SetUserAsync(null);

        await Assertions.Expect(page.Element("trouble")).ToContainTextAsync("You are not signed in any more");
    }
}
