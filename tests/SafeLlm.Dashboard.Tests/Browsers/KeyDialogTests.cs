using Microsoft.Playwright;

namespace SafeLlm.Dashboard.Tests;

public sealed class KeyDialogTests(Chromium chromium)
{
    [Fact]
    public async Task Key_FrozenAndThawedWithTheKeyboardAlone_IsAskedForOnceMore()
    {
        var (host, keys) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();
        var freeze = Button(page, "Freeze k-live");
        var dialog = page.Page.GetByRole(AriaRole.Dialog);
        var keyboard = page.Page.Keyboard;

        // Escape changes nothing, and the keyboard is where it was.
        await freeze.FocusAsync();
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Element("dialog-title")).ToHaveTextAsync("Freeze this key?");
        await Assertions.Expect(page.Element("dialog-text")).ToContainTextAsync("k-live of the user ada.");
        await keyboard.PressAsync("Escape");
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await Assertions.Expect(freeze).ToBeFocusedAsync();
        Assert.Null(keys.Find("k-live")!.FrozenAt);

        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Element("dialog-cancel")).ToBeFocusedAsync();
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Element("said")).ToHaveTextAsync("The key k-live is frozen.");
        await Assertions.Expect(page.Row("key-table", "k-live")).ToContainTextAsync("frozen");
        Assert.NotNull(keys.Find("k-live")!.FrozenAt);
        await Assertions.Expect(page.Element("action-list")).ToContainTextAsync("olga: key freeze k-live");

        await Button(page, "Thaw k-live").FocusAsync();
        await keyboard.PressAsync("Enter");
        await keyboard.PressAsync("Tab");
        await keyboard.PressAsync("Enter");
        await Assertions.Expect(page.Element("said")).ToHaveTextAsync("The key k-live passes again.");
        Assert.Null(keys.Find("k-live")!.FrozenAt);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Key_ToBeRevoked_WantsItsNameTyped()
    {
        var (host, keys) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();

        await Button(page, "Revoke k-live").ClickAsync();
        await Assertions.Expect(page.Element("dialog-confirm")).ToBeDisabledAsync();
        await page.Element("dialog-input").FillAsync("k-liv");
        await Assertions.Expect(page.Element("dialog-confirm")).ToBeDisabledAsync();
        await page.Element("dialog-input").FillAsync("k-live");
        await page.Element("dialog-confirm").ClickAsync();

        await Assertions.Expect(page.Element("said")).ToHaveTextAsync("The key k-live is revoked for good.");
        await Assertions.Expect(page.Row("key-table", "k-live").GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        Assert.NotNull(keys.Find("k-live")!.RevokedAt);
    }

    [Fact]
    public async Task Key_OfAStoreThatFails_TellsTheOperatorInTheDialog()
    {
        var (host, keys) = await BusyApplication.StartAsync();
        await using var application = host;
        await using var page = await chromium.OpenAsync(host);
        await page.SeeNumbersAsync();
        keys.IsBroken = true;

        await Button(page, "Thaw k-frozen").ClickAsync();
        await page.Element("dialog-confirm").ClickAsync();

        await Assertions.Expect(page.Element("dialog-error")).ToContainTextAsync("The store cannot be written now: k-frozen is as it was.");
        await Assertions.Expect(page.Element("dialog-confirm")).ToBeEnabledAsync();
    }

    private static ILocator Button(BrowserPage page, string name) => page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });
}
