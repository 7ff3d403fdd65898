using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers;

/// <summary>
/// One rule: what it reports, the names in a source that wake it, and the check. Rules look at a file at a time through an index of
/// names that all of them share, and bind only what the index found: a file that names nothing of interest costs one walk.
/// </summary>
public abstract class Rule : DiagnosticAnalyzer
{
    internal abstract DiagnosticDescriptor Descriptor { get; }

    private WordMarks? marks;

    /// <summary>Names of methods, types and members that wake the rule: it looks at no file that has none of them.</summary>
    internal abstract IReadOnlyCollection<string> Names { get; }

    /// <summary>Names that matter wherever they stand, not only as what is called, made or set.</summary>
    internal virtual IReadOnlyCollection<string> Mentions => [];

    public sealed override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Descriptor);

    public sealed override void Initialize(AnalysisContext context)
    {
        // Not None, which has the compiler walk over the tree of every file with a report: what is generated is left out here, and where it reports.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(start =>
        {
            if (start.Compilation.Language != LanguageNames.CSharp || !SharedWork.IsWanted(start.Compilation, start.CancellationToken)) return;
            SharedWork.Register(this, start);

            // Asked for at the first file and not here: the compiler has looked into every reference by then, which it would do for us now.
            Surroundings? known = null;
            var traces = SharedWork.IsTracedBy(this);
            start.RegisterSemanticModelAction(file =>
            {
                if (file.IsGeneratedCode) return;
                var model = file.SemanticModel;
                var surroundings = known ??= Surroundings.Of((CSharpCompilation)model.Compilation, file.Options.AnalyzerConfigOptionsProvider);
                if (traces) SharedWork.Trace(this, surroundings, model, file.CancellationToken);
                if (Concerns(surroundings)) Inspect(surroundings, model, file.Options.AnalyzerConfigOptionsProvider, file.ReportDiagnostic, file.CancellationToken);
            });
        });
    }

    /// <summary>The check of one file; <c>safellm scan</c> enters here.</summary>
    internal void Inspect(
        Surroundings surroundings, SemanticModel model, AnalyzerConfigOptionsProvider options, System.Action<Diagnostic> report, System.Threading.CancellationToken cancellationToken)
    {
        if (FileIndex.Of(model.SyntaxTree, surroundings, cancellationToken) is { } index && IsWokenBy(index)) Check(new FileCheck(this, surroundings, model, index, options, report, cancellationToken));
    }

    /// <summary>Whether the rule has anything to look for in this compilation.</summary>
    internal virtual bool Concerns(Surroundings surroundings) => surroundings.HasModelSdk;

    /// <summary>Whether a file has something that the rule is to look at.</summary>
    internal virtual bool IsWokenBy(FileIndex index) => index.HasAny(marks ??= RuleNames.MarksOf(this));

    internal abstract void Check(FileCheck file);
}
