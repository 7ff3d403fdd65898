using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafeLlm.Cli.Terminal;

namespace SafeLlm.Cli.Reports;

/// <summary>
/// A report as one HTML page. Everything is in it: the charting library, its data, the style. A content-security policy allows
/// these scripts by their hashes and nothing else, so that a name which got past the encoding would still not run.
/// </summary>
internal static class ReportPage
{
    private const int MostRows = 200;

    public static string Write(SpendingReport report, DateTimeOffset now)
    {
        var (library, script, style) = (Asset("chart.umd.min.js"), Asset("report.js"), Asset("report.css"));
        var page = new StringBuilder();
        _ = page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src {Hash(library)} {Hash(script)}; style-src {Hash(style)}; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <title>Spending {report.First} to {report.Last}</title>
            <style>{style}</style>
            </head>
            <body>
            <header><h1>Spending</h1><p>{report.First} to {report.Last}, days in {Encode(report.Zone)}. Written {now.UtcDateTime:yyyy-MM-dd HH:mm} UTC.</p></header>
            <main>
            <dl class="sums">{Sums(report.All)}</dl>
            <section><h2>By day</h2><div class="chart tall"><canvas id="days" role="img" aria-label="Dollars by day and model; the table below has the numbers"></canvas></div></section>
            <div class="pair">
            <section><h2>By model</h2><div class="chart"><canvas id="models" role="img" aria-label="Dollars by model; the table below has the numbers"></canvas></div></section>
            <section><h2>By scope</h2><div class="chart"><canvas id="scopes" role="img" aria-label="Dollars by scope; the table below has the numbers"></canvas></div></section>
            </div>
            {Table("Days", "day", [.. report.Days.Where(day => day.Attempts > 0)], "")}
            {Table("Models", "model", report.Models, "")}
            {Table("Scopes", "scope", report.Scopes, "An attempt counts in full for each of its scopes: they do not add up.")}
            {Actions(report)}
            </main>
            <script type="application/json" id="data">{Data(report)}</script>
            <script>{library}</script>
            <script>{script}</script>
            </body>
            </html>

            """);
        return page.ToString();
    }

    private static string Sums(Spending all) => string.Concat(new (string Name, string Value)[]
    {
        ("spent", ReportTables.Sum(all.Dollars)),
        ("expected by quotes", ReportTables.Sum(all.Expected)),
        ("calls", ReportTables.Number(all.Calls)),
        ("attempts", ReportTables.Number(all.Attempts)),
        ("input tokens", ReportTables.Number(all.InputTokens)),
        ("output tokens", ReportTables.Number(all.OutputTokens)),
        ("without reported usage", ReportTables.Number(all.Unreported)),
        ("overruns", ReportTables.Number(all.Overruns)),
    }.Select(sum => $"<div><dt>{sum.Name}</dt><dd>{sum.Value}</dd></div>"));

    private static string Table(string title, string first, IReadOnlyList<Spending> lines, string note)
    {
        var rows = string.Concat(lines.Take(MostRows).Select(line =>
            $"<tr><th scope=\"row\">{Encode(line.Name)}</th>{Cell(ReportTables.Dollars(line.Dollars))}{Cell(ReportTables.Dollars(line.Expected))}{Cell(ReportTables.Number(line.InputTokens))}{Cell(ReportTables.Number(line.OutputTokens))}{Cell(ReportTables.Number(line.Calls))}{Cell(ReportTables.Number(line.Attempts))}{Cell(ReportTables.Number(line.Unreported))}{Cell(ReportTables.Number(line.Overruns))}</tr>"));
        var rest = lines.Count > MostRows ? string.Create(CultureInfo.InvariantCulture, $" The {MostRows} dearest of {lines.Count}; --json has all.") : "";
        return $"<section><h2>{title}</h2><p>{note}{rest}</p><div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{title}\"><table><thead><tr><th scope=\"col\">{first}</th><th scope=\"col\">dollars</th><th scope=\"col\">expected</th><th scope=\"col\">input tokens</th><th scope=\"col\">output tokens</th><th scope=\"col\">calls</th><th scope=\"col\">attempts</th><th scope=\"col\">unreported</th><th scope=\"col\">overruns</th></tr></thead><tbody>{rows}</tbody></table></div></section>";
    }

    private static string Actions(SpendingReport report) => report.Actions.Count == 0
        ? ""
        : $"<section><h2>What operators did</h2><ul>{string.Concat(report.Actions.Select(action => $"<li><time>{action.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC</time> {Encode(action.Operator ?? "")}: {Encode(action.Action ?? "")}</li>"))}</ul></section>";

    private static string Cell(string text) => $"<td>{text}</td>";

    private static string Encode(string text) => HtmlEncoder.Default.Encode(SafeText.Of(text));

    // The default encoder writes <, > and & as \u00XX: nothing in the data can end its element.
    private static string Data(SpendingReport report)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            ReportJson.WriteCharts(writer, report, SafeText.Of);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static string Hash(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static string Asset(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"SafeLlm.Cli.Reports.{name}")
            ?? throw new InvalidOperationException($"The page's part {name} is not in this build.");
        using var reader = new StreamReader(stream, Encoding.UTF8);

        // A browser hashes what it reads, and it reads every line end as LF.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
