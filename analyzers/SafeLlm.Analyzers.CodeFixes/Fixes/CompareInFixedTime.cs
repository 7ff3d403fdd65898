using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CompareInFixedTime)), Shared]
public sealed class CompareInFixedTime() : RuleFix("SLLM009", "Compare in fixed time")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        ExpressionSyntax left, right, whole;
        var isNegated = false;
        switch (place.Expression)
        {
            case BinaryExpressionSyntax comparison:
                (left, right, whole, isNegated) = (comparison.Left, comparison.Right, comparison, comparison.IsKind(SyntaxKind.NotEqualsExpression));
                break;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call when access.Name.Identifier.ValueText is "Equals" or "SequenceEqual":
                var arguments = call.ArgumentList.Arguments;
                var isStatic = place.Model.GetSymbolInfo(access.Expression).Symbol is ITypeSymbol;
                if (arguments.Count < (isStatic ? 2 : 1)) return null;
                (left, right, whole) = (isStatic ? arguments[0].Expression : access.Expression, arguments[isStatic ? 1 : 0].Expression, call);
                break;
            default: return null;
        }

        var text = (isNegated ? "!" : "") + "global::System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(" + Bytes(place, left) + ", " + Bytes(place, right) + ")";
        return place.Root.ReplaceNode(whole, SyntaxFactory.ParseExpression(text).WithTriviaFrom(whole).WithAdditionalAnnotations(Simplifier.Annotation));
    }

    private static string Bytes(FixPlace place, ExpressionSyntax value) =>
        place.Model.GetTypeInfo(value).Type is { SpecialType: SpecialType.System_String } ? "global::System.Text.Encoding.UTF8.GetBytes(" + value.WithoutTrivia() + ")" : value.WithoutTrivia().ToString();
}
