using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace SafeLlm.Analyzers.Tests.Verification;

/// <summary>A source with its expected reports marked: <c>client.[|CompleteChat|]("hi")</c>.</summary>
internal sealed class Snippet
{
    private const string Usings = """
        global using global::System;
        global using global::System.Collections.Generic;
        global using global::System.IO;
        global using global::System.Linq;
        global using global::System.Net.Http;
        global using global::System.Threading;
        global using global::System.Threading.Tasks;
        """;

    private Snippet(string text, IReadOnlyList<TextSpan> expected) => (Text, Expected) = (text, expected);

    public string Text { get; }

    public IReadOnlyList<TextSpan> Expected { get; }

    public static IReadOnlyList<MetadataReference> References { get; } =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("xunit", StringComparison.Ordinal) && !Path.GetFileName(path).StartsWith("SafeLlm.Analyzers", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path))];

    public static Snippet Parse(string markup)
    {
        var spans = new List<TextSpan>();
        var text = new System.Text.StringBuilder();
        var start = -1;
        for (var i = 0; i < markup.Length; i++)
        {
            if (Is(i, "[|"))
            {
                start = text.Length;
                i++;
            }
            else if (Is(i, "|]"))
            {
                spans.Add(TextSpan.FromBounds(start, text.Length));
                i++;
            }
            else
            {
                text.Append(markup[i]);
            }
        }

        return new Snippet(text.ToString(), spans);

        bool Is(int at, string mark) => string.CompareOrdinal(markup, at, mark, 0, 2) == 0;
    }

    public CSharpCompilation Compile() => Compile(Text);

    /// <summary>A compilation without errors; a snippet that does not compile proves nothing.</summary>
    public static CSharpCompilation Compile(string text, IReadOnlyList<MetadataReference>? references = null)
    {
        var parse = new CSharpParseOptions(LanguageVersion.Latest);
        var isProgram = CSharpSyntaxTree.ParseText(text, parse).GetCompilationUnitRoot().Members.Any(member => member is Microsoft.CodeAnalysis.CSharp.Syntax.GlobalStatementSyntax);
        var compilation = CSharpCompilation.Create(
            "Snippet",
            [CSharpSyntaxTree.ParseText(text, parse, "Snippet.cs"), CSharpSyntaxTree.ParseText(Usings, parse, "Usings.cs")],
            references ?? References,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true)
                .WithSpecificDiagnosticOptions(ImmutableDictionary<string, ReportDiagnostic>.Empty));
        var errors = compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error && !IsExperimental(one.Id)).ToList();
        Assert.True(errors.Count == 0, "The source does not compile:\n" + string.Join("\n", errors) + "\n" + text);
        return compilation;
    }

    // SDKs mark what may still change with ids of their own, as errors until they are switched off.
    private static bool IsExperimental(string id) => !id.StartsWith("CS", StringComparison.Ordinal);
}
