namespace SafeLlm.Dashboard;

/// <summary>The files that the page asks for.</summary>
internal static class DashboardAssets
{
    private const string Script = "text/javascript; charset=utf-8";

    public static IReadOnlyList<DashboardAsset> All { get; } =
    [
        new("chart.umd.min.js", Script),
        new("dashboard.js", Script),
        new("charts.js", Script),
        new("keys.js", Script),
        new("page.js", Script),
        new("tables.js", Script),
        new("words.js", Script),
        new("dashboard.css", "text/css; charset=utf-8"),
        new("icon.svg", "image/svg+xml"),
    ];
}
