using Microsoft.CodeAnalysis;

namespace SafeLlm.Cli.Scan;

/// <summary>One report of a rule.</summary>
/// <param name="Rule">Its id, such as SLLM001.</param>
/// <param name="File">Relative to the scanned folder, with forward slashes.</param>
/// <param name="Line">From 1.</param>
/// <param name="EndLine">From 1; the last line of the place.</param>
/// <param name="Column">From 1.</param>
/// <param name="EndColumn">From 1; the first column past the place.</param>
/// <param name="Message">What was found, and what to do.</param>
/// <param name="Severity">As the rule has it, or as .editorconfig says for the file.</param>
/// <param name="IsSuppressed">Whether the source itself switches it off, by a pragma.</param>
internal sealed record Finding(string Rule, string File, int Line, int EndLine, int Column, int EndColumn, string Message, DiagnosticSeverity Severity, bool IsSuppressed);
