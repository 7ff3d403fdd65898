using Microsoft.CodeAnalysis;

namespace SafeLlm.Cli.Scan;

/// <summary>What a scan found, and what it could not see.</summary>
internal sealed class ScanResult
{
    public required string Root { get; init; }

    /// <summary>In the order of file, line and rule.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    public required int Projects { get; init; }

    public required int Files { get; init; }

    public required TimeSpan Elapsed { get; init; }

    /// <summary>Calls whose name is a model call's and whose type could not be found.</summary>
    public required IReadOnlyList<string> Unbound { get; init; }

    /// <summary>Packages that projects name and that were neither restored nor came with the tool.</summary>
    public required IReadOnlyList<string> MissingPackages { get; init; }

    /// <summary>Files that could not be read.</summary>
    public required IReadOnlyList<string> Unreadable { get; init; }

    /// <summary>Rules that failed at a file.</summary>
    public required IReadOnlyList<string> Failures { get; init; }

    public IEnumerable<Finding> Active => Findings.Where(finding => !finding.IsSuppressed);

    public bool HasWarnings => Active.Any(finding => finding.Severity >= DiagnosticSeverity.Warning);
}
