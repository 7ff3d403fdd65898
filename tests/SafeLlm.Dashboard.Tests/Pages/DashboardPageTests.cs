using System.Net;

namespace SafeLlm.Dashboard.Tests;

public sealed class DashboardPageTests
{
    [Fact]
    public async Task Page_ShownToAnOperator_AllowsNothingButItsOwnFiles()
    {
        await using var host = await DashboardHost.StartAsync();

        using var response = await host.GetAsync("/safellm");
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.DoesNotContain("<style", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("<script(?![^>]* src=)", page);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        Assert.DoesNotMatch("\\son\\w+=", page);
        Assert.DoesNotMatch("\\{[a-z-]+\\}", page);
    }

    [Fact]
    public async Task Page_ForAnOperatorNamedLikeAScript_EncodesTheName()
    {
        await using var host = await DashboardHost.StartAsync();

        using var response = await host.GetAsync("/safellm", user: "<script>alert(1)</script>");
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/safellm", "safellm/dashboard.css")]
    [InlineData("/safellm/", "dashboard.css")]
    public async Task Page_WithAndWithoutASlash_FindsItsFiles(string path, string shown)
    {
        await using var host = await DashboardHost.StartAsync();

        using var response = await host.GetAsync(path);
        var page = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Contains($"href=\"{shown}\"", page, StringComparison.Ordinal);
        Assert.Equal("/safellm/dashboard.css", new Uri(new Uri(host.Address, path), shown).AbsolutePath);
    }

    [Fact]
    public async Task Files_OfThePage_AreThereWithTheirTypesAndAreKept()
    {
        await using var host = await DashboardHost.StartAsync();

        foreach (var asset in DashboardAssets.All)
        {
            using var first = await host.GetAsync("/safellm/" + asset.Name);
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            Assert.NotEmpty(await first.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
            Assert.Equal(Path.GetExtension(asset.Name) switch { ".js" => "text/javascript", ".css" => "text/css", _ => "image/svg+xml" }, first.Content.Headers.ContentType?.MediaType);

            using var again = DashboardHost.As(new HttpRequestMessage(HttpMethod.Get, "/safellm/" + asset.Name));
            again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
            using var second = await host.Client.SendAsync(again, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        }
    }
}
