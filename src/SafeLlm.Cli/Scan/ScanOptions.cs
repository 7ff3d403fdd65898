using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Cli.Scan.Projects;

namespace SafeLlm.Cli.Scan;

/// <summary>What the .editorconfig files of a code base, and a project's own properties, say to the rules.</summary>
internal sealed class ScanOptions : AnalyzerConfigOptionsProvider
{
    private readonly AnalyzerConfigSet files;
    private readonly ConcurrentDictionary<string, AnalyzerConfigOptionsResult> byFile = new(StringComparer.Ordinal);

    public ScanOptions(string root, ScanProject project)
    {
        files = AnalyzerConfigSet.Create(ConfigFiles(root, project.Folder));
        GlobalOptions = new ScanFileOptions(project.Properties.ToDictionary(pair => "build_property." + pair.Key, pair => pair.Value, StringComparer.OrdinalIgnoreCase));
    }

    public override AnalyzerConfigOptions GlobalOptions { get; }

    public override AnalyzerConfigOptions GetOptions(SyntaxTree tree) => new ScanFileOptions(Of(tree).AnalyzerOptions);

    public override AnalyzerConfigOptions GetOptions(AdditionalText textFile) => ScanFileOptions.Empty;

    /// <summary>The severity that a finding has in its file; null where the file switched the rule off.</summary>
    public DiagnosticSeverity? Severity(Diagnostic diagnostic)
    {
        if (diagnostic.Location.SourceTree is not { } tree || !Of(tree).TreeOptions.TryGetValue(diagnostic.Id, out var report)) return diagnostic.Severity;
        return report switch
        {
            ReportDiagnostic.Suppress => null,
            ReportDiagnostic.Error => DiagnosticSeverity.Error,
            ReportDiagnostic.Warn => DiagnosticSeverity.Warning,
            ReportDiagnostic.Info or ReportDiagnostic.Hidden => DiagnosticSeverity.Info,
            _ => diagnostic.Severity,
        };
    }

    private AnalyzerConfigOptionsResult Of(SyntaxTree tree) => byFile.GetOrAdd(tree.FilePath, files.GetOptionsForSourcePath);

    private static List<AnalyzerConfig> ConfigFiles(string root, string folder)
    {
        var found = new List<AnalyzerConfig>();
        for (var current = new DirectoryInfo(folder); current is not null; current = current.Parent) Add(Path.Combine(current.FullName, ".editorconfig"));
        foreach (var file in CodeBase.Files(folder, ".editorconfig").Where(file => Path.GetDirectoryName(file) != folder)) Add(file);
        return found;

        void Add(string file)
        {
            if (!File.Exists(file) || !file.StartsWith(root, StringComparison.Ordinal)) return;
            try
            {
                found.Add(AnalyzerConfig.Parse(File.ReadAllText(file), file));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // A settings file that cannot be read changes no setting.
            }
        }
    }
}
