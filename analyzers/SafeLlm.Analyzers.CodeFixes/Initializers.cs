using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace SafeLlm.Analyzers.CodeFixes;

/// <summary>Sets, adds and removes members of initializers.</summary>
internal static class Initializers
{
    public static BaseObjectCreationExpressionSyntax With(BaseObjectCreationExpressionSyntax creation, string member, ExpressionSyntax value)
    {
        var assignment = SyntaxFactory.AssignmentExpression(SyntaxKind.SimpleAssignmentExpression, SyntaxFactory.IdentifierName(member), value);
        var initializer = creation.Initializer ?? SyntaxFactory.InitializerExpression(SyntaxKind.ObjectInitializerExpression);
        var same = initializer.Expressions.OfType<AssignmentExpressionSyntax>().FirstOrDefault(one => one.Left is IdentifierNameSyntax name && name.Identifier.ValueText == member);
        var changed = same is not null ? initializer.ReplaceNode(same, assignment.WithTriviaFrom(same)) : initializer.WithExpressions(Append(initializer.Expressions, assignment));
        var result = creation.WithInitializer(changed);
        if (result is ObjectCreationExpressionSyntax { ArgumentList: { Arguments.Count: 0 } list } explicitly && creation.Initializer is null)
        {
            result = explicitly.WithArgumentList(null).WithType(explicitly.Type.WithTrailingTrivia(list.GetTrailingTrivia()));
        }

        return result.WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The root without an assignment, where it stands alone: as a statement, or in an initializer.</summary>
    public static SyntaxNode? Without(SyntaxNode root, AssignmentExpressionSyntax assignment) => assignment.Parent switch
    {
        InitializerExpressionSyntax initializer => root.ReplaceNode(initializer, initializer.WithExpressions(initializer.Expressions.Remove(assignment))),
        ExpressionStatementSyntax { Parent: BlockSyntax } statement => root.RemoveNode(statement, SyntaxRemoveOptions.KeepNoTrivia),
        ExpressionStatementSyntax { Parent: GlobalStatementSyntax global } => root.RemoveNode(global, SyntaxRemoveOptions.KeepNoTrivia),
        _ => null,
    };

    /// <summary>A list with one more element, on a line of its own where the others have theirs.</summary>
    public static SeparatedSyntaxList<T> Append<T>(SeparatedSyntaxList<T> list, T element)
        where T : SyntaxNode
    {
        if (list.Count == 0) return list.Add(element);
        var last = list.Last();
        var isSpread = last.GetLeadingTrivia().Any(SyntaxKind.WhitespaceTrivia) && list.Count > 0 && last.GetFirstToken().GetPreviousToken().TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        var hasComma = list.SeparatorCount == list.Count;
        if (!isSpread) return hasComma ? list.Add(element) : SyntaxFactory.SeparatedList<T>(list.Replace(last, last.WithoutTrailingTrivia()).GetWithSeparators().Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space)).Add(element.WithTrailingTrivia(last.GetTrailingTrivia())));

        var placed = element.WithLeadingTrivia(last.GetLeadingTrivia());
        var line = SyntaxFactory.ElasticEndOfLine("\n");
        if (hasComma) return SyntaxFactory.SeparatedList<T>(list.GetWithSeparators().Add(placed).Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(line)));
        return SyntaxFactory.SeparatedList<T>(list.Replace(last, last.WithoutTrailingTrivia()).GetWithSeparators().Add(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(line)).Add(placed.WithTrailingTrivia(last.GetTrailingTrivia())));
    }
}
