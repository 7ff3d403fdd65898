using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SafeLlm.Benchmarks.Compare;

/// <summary>Analyzer times of one build, in seconds, as the compiler reports them.</summary>
internal sealed partial record AnalyzedBuild(double Ours, IReadOnlyDictionary<string, double> Rules, double Defaults)
{
    // A rule costs milliseconds, which one interruption doubles: each has its own median, and several builds stand behind it.
    private const int Rounds = 7;

    /// <summary>The time of the rule that took the most.</summary>
    public double Dearest => Rules.Values.DefaultIfEmpty().Max();

    /// <summary>The medians over several builds; the first, in which the compiler server starts, does not count.</summary>
    public static async Task<AnalyzedBuild> MeasureAsync(GeneratedProject project)
    {
        var folder = Path.Combine(Path.GetTempPath(), "safellm-analyzers-" + Path.GetRandomFileName());
        try
        {
            project.Write(folder, AnalyzersPath());
            var builds = new List<AnalyzedBuild>();
            for (var round = 0; round <= Rounds; round++)
            {
                var report = await BuildAsync(folder);
                if (round > 0) builds.Add(Read(report));
            }

            var rules = builds.SelectMany(one => one.Rules.Keys).Distinct(StringComparer.Ordinal)
                .ToDictionary(rule => rule, rule => Median(builds, one => one.Rules.GetValueOrDefault(rule)), StringComparer.Ordinal);
            return new AnalyzedBuild(Median(builds, one => one.Ours), rules, Median(builds, one => one.Defaults));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Median(List<AnalyzedBuild> builds, Func<AnalyzedBuild, double> of) => builds.Select(of).Order().ElementAt(builds.Count / 2);

    // "   0.123    4  SafeLlm.Analyzers, Version=…" tells an assembly, "   0.012   <1     SafeLlm.Analyzers.Rules.X (SLLM001)" a rule of it.
    private static AnalyzedBuild Read(string report)
    {
        double ours = 0, defaults = 0;
        var rules = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (Match line in Row().Matches(report))
        {
            var seconds = double.Parse(line.Groups["time"].Value, CultureInfo.InvariantCulture);
            var name = line.Groups["name"].Value;
            if (name.StartsWith("SafeLlm.Analyzers, ", StringComparison.Ordinal)) ours += seconds;
            else if (name.StartsWith("SafeLlm.Analyzers.Rules.", StringComparison.Ordinal)) rules[name] = seconds;
            else if (name.Contains(", Version=", StringComparison.Ordinal)) defaults += seconds;
        }

        return ours + defaults > 0 ? new AnalyzedBuild(ours, rules, defaults) : throw new InvalidOperationException("The build reported no analyzer times:\n" + report[^Math.Min(report.Length, 2000)..]);
    }

    private static async Task<string> BuildAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", ["build", "--nologo", "--no-incremental", "-p:ReportAnalyzer=true", "-p:UseSharedCompilation=true", "-clp:Verbosity=detailed;NoSummary"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var build = Process.Start(start) ?? throw new InvalidOperationException("dotnet could not be started.");
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        return build.ExitCode == 0 ? output : throw new InvalidOperationException("The generated project does not build:\n" + output[^Math.Min(output.Length, 2000)..]);
    }

    private static string AnalyzersPath()
    {
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "SafeLlm.Analyzers", configuration, "SafeLlm.Analyzers.dll"));
    }

    [GeneratedRegex(@"^\s*<?(?<time>\d+\.\d+)\s+<?\d+\s+(?<name>\S.*?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
