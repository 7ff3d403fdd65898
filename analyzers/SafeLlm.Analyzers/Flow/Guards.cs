using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Flow;

/// <summary>Code that runs on a developer's machine only.</summary>
internal static class Guards
{
    /// <summary>Whether a node stands behind IsDevelopment() or #if DEBUG.</summary>
    public static bool IsForDevelopment(SyntaxNode node) =>
        node.Ancestors().Any(outer => outer switch
        {
            IfStatementSyntax branch => Names(branch.Condition) && !IsElse(branch, node),
            ConditionalExpressionSyntax either => Names(either.Condition),
            MethodDeclarationSyntax method => method.AttributeLists.ToString().Contains("Conditional(\"DEBUG\")"),
            _ => false,
        })
        || IsInDebugRegion(node);

    private static bool Names(ExpressionSyntax condition) =>
        condition.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText is "IsDevelopment" or "IsEnvironment" or "IsDebug" or "isDevelopment" or "IsAttached");

    private static bool IsElse(IfStatementSyntax branch, SyntaxNode node) => branch.Else is { } other && other.Span.Contains(node.Span);

    private static bool IsInDebugRegion(SyntaxNode node)
    {
        var root = node.SyntaxTree.GetRoot();
        if (!root.ContainsDirectives) return false;
        var depth = 0;
        foreach (var directive in root.DescendantTrivia().Where(trivia => trivia.IsDirective && trivia.SpanStart < node.SpanStart).Select(trivia => trivia.GetStructure()))
        {
            if (directive is IfDirectiveTriviaSyntax { Condition: var condition } && (depth > 0 || condition.ToString().Contains("DEBUG"))) depth++;
            else if (directive is EndIfDirectiveTriviaSyntax && depth > 0) depth--;
        }

        return depth > 0;
    }
}
