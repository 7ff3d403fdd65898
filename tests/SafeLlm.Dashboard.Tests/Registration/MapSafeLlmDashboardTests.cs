using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SafeLlm.Limits;

namespace SafeLlm.Dashboard.Tests;

public sealed class MapSafeLlmDashboardTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public async Task Map_WithoutAPolicy_SaysWhatToDo(string? policy)
    {
        await using var app = Build();

        var error = Assert.Throws<ArgumentException>(() => app.MapSafeLlmDashboard("/safellm", policy!));

        Assert.Contains("needs the name of an authorization policy", error.Message, StringComparison.Ordinal);
        Assert.Contains("AddPolicy(\"operators\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_WithAPolicyThatIsNotThere_NamesIt()
    {
        await using var app = Build();

        var error = Assert.Throws<ArgumentException>(() => app.MapSafeLlmDashboard("/safellm", "oprators"));

        Assert.Contains("There is no authorization policy \"oprators\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_WithoutAuthorization_SaysWhatToDo()
    {
        await using var app = Build(hasOperators: false);

        var error = Assert.Throws<InvalidOperationException>(() => app.MapSafeLlmDashboard("/safellm", "operators"));

        Assert.Contains("the application has no authorization", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_WithoutItsServices_NamesTheCallToMake()
    {
        await using var app = Build(hasDashboard: false);

        var error = Assert.Throws<InvalidOperationException>(() => app.MapSafeLlmDashboard("/safellm", "operators"));

        Assert.Contains("services.AddSafeLlmDashboard()", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Map_WithoutAVerifier_NamesTheCallToMake()
    {
        await using var app = Build(hasVerifier: false);

        var error = Assert.Throws<InvalidOperationException>(() => app.MapSafeLlmDashboard("/safellm", "operators"));

        Assert.Contains("services.AddSafeLlmVerifier(", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("safellm")]
    [InlineData("//elsewhere")]
    [InlineData("/safellm/")]
    public async Task Map_UnderAPathThatIsNone_ShowsIt(string path)
    {
        await using var app = Build();

        var error = Assert.Throws<ArgumentException>(() => app.MapSafeLlmDashboard(path, "operators"));

        Assert.Contains($"\"{path}\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dashboard_AskedByAStranger_Refuses()
    {
        await using var host = await DashboardHost.StartAsync();

        foreach (var path in Paths())
        {
            using var stranger = await host.GetAsync(path, user: null);
            using var caller = await host.GetAsync(path, user: "ulf", role: "caller");

            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
            Assert.Equal(HttpStatusCode.Forbidden, caller.StatusCode);
        }
    }

    [Fact]
    public async Task Dashboard_OpenedToAnybodyByItsGroup_StillAsksForThePolicy()
    {
        await using var host = await DashboardHost.StartAsync(new DashboardSetup
        {
            Map = app => app.MapGroup("/admin").AllowAnonymous().MapSafeLlmDashboard("/safellm", "operators").AllowAnonymous(),
        });

        foreach (var path in Paths())
        {
            using var stranger = await host.GetAsync("/admin" + path, user: null);
            using var operators = await host.GetAsync("/admin" + path);

            Assert.Equal(HttpStatusCode.Forbidden, stranger.StatusCode);
            Assert.Empty(await stranger.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal(HttpStatusCode.OK, operators.StatusCode);
        }
    }

    private static IEnumerable<string> Paths() => ["/safellm", "/safellm/", "/safellm/data", .. DashboardAssets.All.Select(asset => "/safellm/" + asset.Name)];

    private static WebApplication Build(bool hasOperators = true, bool hasDashboard = true, bool hasVerifier = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        if (hasVerifier) builder.Services.AddSafeLlmVerifier(new DashboardSetup().Apply).UseInMemory();
        if (hasDashboard) builder.Services.AddSafeLlmDashboard();
        if (hasOperators) DashboardHost.AddOperators(builder.Services);
        return builder.Build();
    }
}
