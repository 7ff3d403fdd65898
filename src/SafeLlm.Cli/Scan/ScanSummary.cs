using System.Globalization;

namespace SafeLlm.Cli.Scan;

/// <summary>The closing lines: how much was read, and what stayed unseen.</summary>
internal static class ScanSummary
{
    private const int Shown = 10;

    public static async Task WriteAsync(TextWriter errors, ScanResult result)
    {
        var suppressed = result.Findings.Count - result.Active.Count();
        await errors.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Active.Count()} findings in {result.Files} files of {result.Projects} projects, {result.Elapsed.TotalSeconds:F1} s{(suppressed > 0 ? $"; {suppressed} more are suppressed in the source" : "")}"));
        await ListAsync(errors, "calls could not be bound, because the type that is called is not known here", result.Unbound);
        await ListAsync(errors, "packages were neither restored nor known", result.MissingPackages);
        await ListAsync(errors, "files could not be read", result.Unreadable);
        await ListAsync(errors, "checks failed; the others went on", result.Failures);
        if (result.MissingPackages.Count > 0 && result.Unbound.Count > 0) await errors.WriteLineAsync("Restore the projects (dotnet restore) to have all calls bound.");
    }

    private static async Task ListAsync(TextWriter errors, string what, IReadOnlyList<string> items)
    {
        if (items.Count == 0) return;
        await errors.WriteLineAsync($"{items.Count} {what}: {string.Join(", ", items.Take(Shown))}{(items.Count > Shown ? ", …" : "")}");
    }
}
