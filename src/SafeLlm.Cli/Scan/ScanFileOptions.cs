using System.Diagnostics.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SafeLlm.Cli.Scan;

/// <summary>Settings as the rules ask for them.</summary>
internal sealed class ScanFileOptions(IReadOnlyDictionary<string, string> values) : AnalyzerConfigOptions
{
    public static readonly ScanFileOptions Empty = new(new Dictionary<string, string>());

    public override bool TryGetValue(string key, [NotNullWhen(true)] out string? value) => values.TryGetValue(key, out value);
}
