using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Files;

/// <summary>
/// Parts of a source that no one wrote: members marked as generated, and lines that a #line directive hides. The compiler tells them
/// too, but looks through the whole tree of each file with a report for it; this looks around the report.
/// </summary>
internal static class GeneratedParts
{
    public static bool Include(SemanticModel model, Location location)
    {
        if (location.SourceTree is not { } tree || tree != model.SyntaxTree) return false;
        if (tree.HasHiddenRegions() && tree.GetLineVisibility(location.SourceSpan.Start) == LineVisibility.Hidden) return true;
        if (tree.GetText().ToString().IndexOf("GeneratedCode", StringComparison.Ordinal) < 0) return false;
        var node = tree.GetRoot().FindNode(location.SourceSpan);
        return node.AncestorsAndSelf().Any(outer => outer is MemberDeclarationSyntax or AccessorDeclarationSyntax or VariableDeclaratorSyntax or LocalFunctionStatementSyntax && model.GetDeclaredSymbol(outer) is { } symbol && IsMarked(symbol));
    }

    private static bool IsMarked(ISymbol symbol) =>
        symbol.GetAttributes().Any(attribute => attribute.AttributeClass is { Name: "GeneratedCodeAttribute", ContainingNamespace.Name: "Compiler" });
}
