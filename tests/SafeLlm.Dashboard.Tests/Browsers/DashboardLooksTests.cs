using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace SafeLlm.Dashboard.Tests;

public sealed class DashboardLooksTests(Chromium chromium)
{
    public static TheoryData<string> Looks => [.. Look.All.Select(look => look.Name)];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Page_InEachLook_FitsAndIsAccessible(string name)
    {
        var look = Look.All.Single(one => one.Name == name);
        var (host, _) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host, look);
        await page.SeeNumbersAsync();
        await KeepAsync(page, name);

        Assert.Equal(look.Width, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await AssertAccessibleAsync(page);

        await page.Row("key-table", "k-live").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Revoke k-live" }).ClickAsync();
        await Assertions.Expect(page.Element("dialog")).ToBeVisibleAsync();
        await KeepAsync(page, name + "-revoke");
        await AssertAccessibleAsync(page);
    }

    [Fact]
    public async Task Page_WithNothingToShow_SaysSo()
    {
        await using var host = await DashboardHost.StartAsync(new DashboardSetup { IsRunning = true });
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();
        await KeepAsync(page, "empty");

        await Assertions.Expect(page.Element("limit-table")).ToContainTextAsync("No limit is in use.");
        await Assertions.Expect(page.Element("model-table")).ToContainTextAsync("No attempt was over in the last hour.");
        await Assertions.Expect(page.Element("refusal-table")).ToContainTextAsync("Nothing was refused in the last hour.");
        await Assertions.Expect(page.Page.Locator("canvas:visible")).ToHaveCountAsync(0);
        Assert.Empty(page.Complaints);
    }

    private static async Task AssertAccessibleAsync(BrowserPage page)
    {
        var found = await page.Page.RunAxe();
        Assert.Equal("", string.Join('\n', found.Violations.Select(violation => $"{violation.Id} ({violation.Impact}): {violation.Help} {string.Join(" | ", violation.Nodes.Select(node => node.Html))}")));
    }

    // For people to look at: SAFELLM_SCREENSHOTS names a folder.
    private static async Task KeepAsync(BrowserPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SAFELLM_SCREENSHOTS") is not { Length: > 0 } folder) return;
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = !name.EndsWith("-revoke", StringComparison.Ordinal) });
    }
}
