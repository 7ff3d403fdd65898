using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace SafeLlm.Dashboard.Tests;

/// <summary>A page in a browser, with all that it complained of and all that it asked for.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<string> requests = new();

    public BrowserPage(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Enqueue($"{message.Type}: {message.Text}");
        };
        page.PageError += (_, error) => complaints.Enqueue("not caught: " + error);
        page.Dialog += (_, dialog) =>
        {
            complaints.Enqueue("a script asked: " + dialog.Message);
            _ = dialog.DismissAsync();
        };
        page.Request += (_, request) => requests.Enqueue(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Errors, warnings, breaches of the content-security policy.</summary>
    public IReadOnlyCollection<string> Complaints => complaints;

    public IReadOnlyCollection<string> Requests => requests;

    public ILocator Element(string id) => Page.Locator("#" + id);

    /// <summary>The row of a table that begins with a name.</summary>
    public ILocator Row(string table, string name) => Element(table).GetByRole(AriaRole.Row).Filter(new LocatorFilterOptions { Has = Page.GetByRole(AriaRole.Rowheader, new PageGetByRoleOptions { Name = name, Exact = true }) });

    /// <summary>Waits until the numbers are shown.</summary>
    public Task SeeNumbersAsync() => Assertions.Expect(Element("when")).ToContainTextAsync("As of");

    public Task SetUserAsync(string? user) =>
        context.SetExtraHTTPHeadersAsync(user is null ? [] : new Dictionary<string, string> { [HeaderAuthentication.User] = user, [HeaderAuthentication.Role] = "operator" });

    public ValueTask DisposeAsync() => new(context.CloseAsync());
}
