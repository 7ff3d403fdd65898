using Microsoft.Playwright;
using SafeLlm.Dashboard.Tests;

[assembly: AssemblyFixture(typeof(Chromium))]

namespace SafeLlm.Dashboard.Tests;

/// <summary>
/// The machine's own Chromium, headless, one for all tests. Where there is none a test is skipped and says so, unless on CI, where it
/// must be there.
/// </summary>
public sealed class Chromium : IAsyncDisposable
{
    // Above what a loaded machine takes, far above what a browser takes.
    private const float PatienceMilliseconds = 180_000;

    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    // Started by the first test that needs it.
    private readonly Lazy<Task<IBrowser>> browser;
    private IPlaywright? playwright;

    public Chromium() => browser = new Lazy<Task<IBrowser>>(StartAsync);

    public static string? Program { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);

    /// <summary>Opens the dashboard of an application, as an operator sees it.</summary>
    internal async Task<BrowserPage> OpenAsync(DashboardHost host, Look? look = null, string user = "olga")
    {
        if (Program is null)
        {
            const string Message = "Chromium is not installed (Debian: apt install chromium).";
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(Message);
            Assert.Skip(Message);
        }

        look ??= Look.Desktop;
        var context = await (await browser.Value).NewContextAsync(new BrowserNewContextOptions
        {
            ColorScheme = look.Scheme,
            ViewportSize = new ViewportSize { Width = look.Width, Height = look.Height },
            HasTouch = look.IsPhone,
            TimezoneId = "Europe/Berlin",
            ReducedMotion = ReducedMotion.Reduce,
            ExtraHTTPHeaders = new Dictionary<string, string> { [HeaderAuthentication.User] = Uri.EscapeDataString(user), [HeaderAuthentication.Role] = "operator" },
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        var page = new BrowserPage(context, await context.NewPageAsync());
        await page.Page.GotoAsync(new Uri(host.Address, "/safellm").AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser.IsValueCreated) await (await browser.Value).CloseAsync();
        playwright?.Dispose();
    }

    private async Task<IBrowser> StartAsync()
    {
        playwright = await Playwright.CreateAsync();
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        // A container's root has no namespaces of its own to shut the browser in; it sees nothing but our own page.
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Headless = true, Args = ["--no-sandbox", "--disable-dev-shm-usage"], Timeout = PatienceMilliseconds });
    }
}
