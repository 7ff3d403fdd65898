using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SafeLlm.Cli.Tests.Stores;

public sealed partial class ReportCommandTests
{
    [Theory]
    [InlineData("day")]
    [InlineData("model")]
    [InlineData("scope")]
    public async Task Report_OnTheTerminal_AddsUpAndMovesNothing(string by)
    {
        using var scene = await new StoreScene().FillAsync();

        var (exit, output, errors) = scene.Run("report", "--by", by);

        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("$1.75", output, StringComparison.Ordinal);
        HostileText.AssertNone(output);
        if (by == "model") Assert.Contains(@"gpt\x1b[31m-red\x1b]0;owned\x07\u{202e}", output, StringComparison.Ordinal);
        if (by == "scope") Assert.Contains("user:<script>alert(1)</script>", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_AsJson_AddsUpByDayModelAndScope()
    {
        using var scene = await new StoreScene().FillAsync();

        var report = JsonDocument.Parse(scene.Run("report", "--json").Output).RootElement;

        Assert.Equal(1.75m, report.GetProperty("all").GetProperty("dollars").GetDecimal());
        Assert.Equal(1.925m, report.GetProperty("all").GetProperty("expectedDollars").GetDecimal());
        Assert.Equal(30, report.GetProperty("days").GetArrayLength());
        Assert.Equal([1.5m, 0.25m], report.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("dollars").GetDecimal()));
        Assert.Equal([1.75m, 1.75m], report.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetProperty("dollars").GetDecimal()));
    }

    [Fact]
    public async Task Page_OfAReport_LoadsNothingAndRunsOnlyItsOwn()
    {
        using var scene = await new StoreScene().FillAsync();
        var file = scene.Path("report.html");

        Assert.Equal(0, scene.Run("report", "--html", file).Exit);

        var page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var policy = Policy().Match(page).Groups["policy"].Value;
        Assert.StartsWith("default-src 'none'; ", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);

        var scripts = Script().Matches(page).Select(match => match.Groups["text"].Value).ToList();
        Assert.Equal(2, scripts.Count);
        Assert.All(scripts, script => Assert.Contains(Hash(script), policy, StringComparison.Ordinal));
        Assert.Contains(Hash(Style().Match(page).Groups["text"].Value), policy, StringComparison.Ordinal);

        // Beside the library's own text nothing names another place.
        var own = page.Replace(scripts.Single(script => script.Contains("Chart.js v", StringComparison.Ordinal)), "", StringComparison.Ordinal);
        Assert.DoesNotContain("http://", own, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", own, StringComparison.Ordinal);
        Assert.DoesNotMatch(" (src|href|on[a-z]+|style)=", own);
    }

    [Fact]
    public async Task Page_WithNamesThatMeanHarm_ShowsThemAsText()
    {
        using var scene = await new StoreScene().FillAsync();
        var file = scene.Path("report.html");

        scene.Run("report", "--html", file);

        var page = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script>alert", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("user:&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        HostileText.AssertNone(DataElement().Match(page).Value);
        var data = JsonDocument.Parse(DataElement().Match(page).Groups["text"].Value).RootElement;
        Assert.Contains("user:<script>alert(1)</script>", data.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetProperty("name").GetString()));
    }

    [Theory]
    [InlineData("is no day", "--from", "yesterday")]
    [InlineData("1 to", "--from", "2027-06-02", "--to", "2027-06-01")]
    [InlineData("not known", "--zone", "Mars/Olympus")]
    public async Task Arguments_ThatAreWrong_AreTold(string told, params string[] args)
    {
        using var scene = await new StoreScene().FillAsync();

        var (exit, _, errors) = scene.Run(["report", .. args]);

        Assert.Equal(2, exit);
        Assert.Contains(told, errors, StringComparison.Ordinal);
    }

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"(?<policy>[^\"]*)\"")]
    private static partial Regex Policy();

    [GeneratedRegex("<script>(?<text>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    [GeneratedRegex("<style>(?<text>.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("<script type=\"application/json\" id=\"data\">(?<text>.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex DataElement();
}
