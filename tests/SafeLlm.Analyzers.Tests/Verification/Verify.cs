using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace SafeLlm.Analyzers.Tests.Verification;

/// <summary>Runs one rule over a snippet and compares its reports with the marks.</summary>
internal static class Verify
{
    public static Task QuietAsync<TRule>(string source, params (string Key, string Value)[] options)
        where TRule : Rule, new()
    {
        Assert.DoesNotContain("[|", source, StringComparison.Ordinal);
        return ReportsAsync<TRule>(source, options);
    }

    public static async Task ReportsAsync<TRule>(string source, params (string Key, string Value)[] options)
        where TRule : Rule, new()
    {
        var snippet = Snippet.Parse(source);
        var reports = await RunAsync(new TRule(), snippet, options);
        Assert.Equal(Texts(snippet.Expected, snippet), Texts(reports.Select(one => one.Location.SourceSpan).Order(), snippet));
    }

    /// <summary>The reports of one rule, in order.</summary>
    public static async Task<ImmutableArray<Diagnostic>> RunAsync(Rule rule, Snippet snippet, params (string Key, string Value)[] options)
    {
        var compilation = snippet.Compile();
        var provider = new SnippetOptions(options);
        var withAnalyzers = compilation.WithAnalyzers([rule], new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([], provider), onAnalyzerException: null, concurrentAnalysis: false, logAnalyzerExecutionTime: false));
        var reports = await withAnalyzers.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(reports, one => one.Id == "AD0001");
        return [.. reports.OrderBy(one => one.Location.SourceSpan.Start)];
    }

    private static string[] Texts(IEnumerable<TextSpan> spans, Snippet snippet) =>
        [.. spans.Select(span => $"{SourceText.From(snippet.Text).Lines.GetLineFromPosition(span.Start).LineNumber + 1}: {snippet.Text.Substring(span.Start, span.Length)}")];
}
