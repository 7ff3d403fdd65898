using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.CodeFixes;

/// <summary>The cure of one rule. Offered only where the changed source compiles as well as the source did.</summary>
public abstract class RuleFix(string id, string title) : CodeFixProvider
{
    /// <summary>The bound that fixes write where no limit is configured.</summary>
    private const long DefaultBound = 1024;

    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(id);

    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root) return;
        if (await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model) return;
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (Change(new FixPlace(root, node, model, diagnostic)) is not { } changed) continue;
            var document = await CleanAsync(context.Document.WithSyntaxRoot(changed), context.CancellationToken).ConfigureAwait(false);
            if (await CompilesAsync(model, document, context.CancellationToken).ConfigureAwait(false))
            {
                context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(document), equivalenceKey: id), diagnostic);
            }
        }
    }

    /// <summary>The changed source, or null where the cure is not certain.</summary>
    internal abstract SyntaxNode? Change(FixPlace place);

    /// <summary>The bound to write: the configured limit, else 1,024 tokens.</summary>
    internal static ExpressionSyntax BoundLiteral(Diagnostic diagnostic)
    {
        var limit = diagnostic.Properties.TryGetValue(FileCheck.LimitProperty, out var text) && long.TryParse(text, out var number) ? number : DefaultBound;
        return SyntaxFactory.ParseExpression(limit.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<Document> CleanAsync(Document document, CancellationToken cancellationToken)
    {
        document = await Simplifier.ReduceAsync(document, Simplifier.Annotation, cancellationToken: cancellationToken).ConfigureAwait(false);
        return await Formatter.FormatAsync(document, Formatter.Annotation, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    private static async Task<bool> CompilesAsync(SemanticModel before, Document document, CancellationToken cancellationToken)
    {
        if (await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is not { } after) return false;
        return Errors(after, cancellationToken) <= Errors(before, cancellationToken);
    }

    private static int Errors(SemanticModel model, CancellationToken cancellationToken) =>
        model.GetDiagnostics(cancellationToken: cancellationToken).Count(one => one.Severity == DiagnosticSeverity.Error && one.Id.StartsWith("CS", System.StringComparison.Ordinal));
}
