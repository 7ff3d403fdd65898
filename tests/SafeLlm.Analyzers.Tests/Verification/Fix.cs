using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using SafeLlm.Analyzers.CodeFixes;

namespace SafeLlm.Analyzers.Tests.Verification;

/// <summary>Applies the fix of a rule until nothing is left to fix, compiles the outcome, and compares it.</summary>
internal static class Fix
{
    public static async Task ChangesAsync<TRule, TFix>(string source, string expected, params (string Key, string Value)[] options)
        where TRule : Rule, new()
        where TFix : RuleFix, new()
    {
        var text = source;
        for (var round = 0; ; round++)
        {
            Assert.True(round < 20, "The fix does not come to an end:\n" + text);
            var actions = await OfferedAsync<TRule, TFix>(text, options);
            if (actions.Count == 0) break;
            text = await ApplyAsync(actions[0].Document, actions[0].Action);
        }

        Snippet.Compile(text);
        Assert.Equal(Lines(expected), Lines(text));
    }

    public static async Task IsNotOfferedAsync<TRule, TFix>(string source, params (string Key, string Value)[] options)
        where TRule : Rule, new()
        where TFix : RuleFix, new()
    {
        Assert.NotEmpty(await Verify.RunAsync(new TRule(), Snippet.Parse(source), options));
        Assert.Empty(await OfferedAsync<TRule, TFix>(source, options));
    }

    /// <summary>All reports of a document at once, through the provider that IDEs use.</summary>
    public static async Task ChangesAllAsync<TRule, TFix>(string source, string expected)
        where TRule : Rule, new()
        where TFix : RuleFix, new()
    {
        var reports = await Verify.RunAsync(new TRule(), Snippet.Parse(source));
        using var workspace = new AdhocWorkspace();
        var document = Document(workspace, source);
        var fix = new TFix();
        var context = new FixAllContext(document, fix, FixAllScope.Document, reports[0].Id, [reports[0].Id], new Reports(reports, await document.GetSyntaxTreeAsync()), TestContext.Current.CancellationToken);
        var action = await fix.GetFixAllProvider().GetFixAsync(context);
        var text = await ApplyAsync(document, action!);
        Snippet.Compile(text);
        Assert.Equal(Lines(expected), Lines(text));
    }

    private static async Task<IReadOnlyList<(Document Document, CodeAction Action)>> OfferedAsync<TRule, TFix>(string source, (string Key, string Value)[] options)
        where TRule : Rule, new()
        where TFix : RuleFix, new()
    {
        var reports = await Verify.RunAsync(new TRule(), Snippet.Parse(source), options);
        var workspace = new AdhocWorkspace();
        var document = Document(workspace, source);
        var tree = await document.GetSyntaxTreeAsync(TestContext.Current.CancellationToken);
        var actions = new List<(Document, CodeAction)>();
        foreach (var report in reports)
        {
            var context = new CodeFixContext(document, Moved(report, tree!), (action, _) => actions.Add((document, action)), TestContext.Current.CancellationToken);
            await new TFix().RegisterCodeFixesAsync(context);
        }

        return actions;
    }

    private static Document Document(AdhocWorkspace workspace, string source)
    {
        var compilation = Snippet.Compile(source);
        var project = workspace.AddProject(ProjectInfo.Create(
            ProjectId.CreateNewId(), VersionStamp.Default, "Snippet", "Snippet", LanguageNames.CSharp,
            compilationOptions: compilation.Options, parseOptions: compilation.SyntaxTrees.First().Options, metadataReferences: Snippet.References));
        var document = workspace.AddDocument(project.Id, "Snippet.cs", Microsoft.CodeAnalysis.Text.SourceText.From(source));
        var usings = document.Project.AddDocument("Usings.cs", compilation.SyntaxTrees.Last().GetText());
        return usings.Project.GetDocument(document.Id)!;
    }

    // The same report in the document's own tree.
    private static Diagnostic Moved(Diagnostic report, SyntaxTree tree) => Diagnostic.Create(
        report.Descriptor, Location.Create(tree, report.Location.SourceSpan), report.AdditionalLocations.Select(one => Location.Create(tree, one.SourceSpan)), report.Properties);

    private static async Task<string> ApplyAsync(Document document, CodeAction action)
    {
        var operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        var changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        return (await changed.GetTextAsync(TestContext.Current.CancellationToken)).ToString();
    }

    private static string Lines(string text) => text.ReplaceLineEndings("\n").Trim();

    private sealed class Reports(ImmutableArray<Diagnostic> reports, SyntaxTree? tree) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(reports.Select(report => Moved(report, tree!)));

        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => Task.FromResult(reports.Select(report => Moved(report, tree!)));

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult(Enumerable.Empty<Diagnostic>());
    }
}
