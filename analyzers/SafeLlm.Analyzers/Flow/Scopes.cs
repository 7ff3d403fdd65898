using System.Collections.Generic;
using System.Linq;
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
        foreach (var name in scope.DescendantNodes().OfType<IdentifierNameSyntax>())
        {
            if (name.Identifier.ValueText == symbol.Name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name).Symbol, symbol)) yield return name;
        }
    }
}
