using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.CodeFixes;

/// <summary>Where a report stands, and what a fix needs to know of it.</summary>
internal sealed class FixPlace(SyntaxNode root, SyntaxNode node, SemanticModel model, Diagnostic diagnostic)
{
    public SyntaxNode Root => root;

    public SyntaxNode Node => node;

    public SemanticModel Model => model;

    public Diagnostic Diagnostic => diagnostic;

    /// <summary>The call that the report stands on.</summary>
    public InvocationExpressionSyntax? Invocation => node.FirstAncestorOrSelf<InvocationExpressionSyntax>();

    public ExpressionSyntax? Expression => node as ExpressionSyntax ?? (node as ArgumentSyntax)?.Expression;

    public string? Property(string name) => diagnostic.Properties.TryGetValue(name, out var value) ? value : null;

    /// <summary>The nodes of one kind that the report points to besides its place.</summary>
    public IReadOnlyList<T> Others<T>()
        where T : SyntaxNode =>
        [.. diagnostic.AdditionalLocations.Where(location => location.SourceTree == root.SyntaxTree).Select(location => root.FindNode(location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<T>()).OfType<T>()];
}
