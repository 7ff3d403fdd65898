using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Flow;

/// <summary>Where in a file a variable can be touched.</summary>
internal static class Scopes
{
    /// <summary>The member, or the top-level program, around a local.</summary>
    public static SyntaxNode? OfLocal(SyntaxNode use) => use.FirstAncestorOrSelf<SyntaxNode>(node => node
        is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or PropertyDeclarationSyntax or BaseFieldDeclarationSyntax or CompilationUnitSyntax);

    /// <summary>
    /// The type around a field or property, where nobody else can set it: private or get-only, and all of the type in this file.
    /// </summary>
    public static SyntaxNode? OfMember(ISymbol member, SyntaxTree tree)
    {
        if (member.ContainingType is not { DeclaringSyntaxReferences: { Length: 1 } parts } || parts[0].SyntaxTree != tree) return null;
        var isClosed = member switch
        {
            IFieldSymbol field => field.IsReadOnly || field.IsConst || field.DeclaredAccessibility == Accessibility.Private,
            IPropertySymbol { IsIndexer: false, IsVirtual: false, IsAbstract: false, IsOverride: false } property =>
                property.SetMethod is null || property.SetMethod.DeclaredAccessibility == Accessibility.Private || property.DeclaredAccessibility == Accessibility.Private,
            _ => false,
        };
        return isClosed ? parts[0].GetSyntax() : null;
    }

    public static IEnumerable<IdentifierNameSyntax> References(SemanticModel model, SyntaxNode scope, ISymbol symbol)
    {
        foreach (var name in Named(scope, symbol.Name))
        {
            if (SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, symbol)) yield return name;
        }
    }

    // By the text, for a name stands in few places of a type: a walk would make every node of it.
    private static IEnumerable<IdentifierNameSyntax> Named(SyntaxNode scope, string name)
    {
        if (name.Length == 0) yield break;
        var start = scope.SpanStart;
        var text = scope.SyntaxTree.GetText().ToString(scope.Span);
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + name.Length, StringComparison.Ordinal))
        {
            if (scope.FindToken(start + at) is { Parent: IdentifierNameSyntax found } token && token.Span.Contains(start + at) && token.ValueText == name) yield return found;
        }
    }
}
