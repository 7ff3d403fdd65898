using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Simplification;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ClampOutputBound)), Shared]
public sealed class ClampOutputBound() : RuleFix("SLLM003", "Clamp the output bound")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Expression is not { } value) return null;
        var bound = BoundLiteral(place.Diagnostic);
        var isNullable = place.Model.GetTypeInfo(value).Type is { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T };
        var inner = isNullable ? $"{value.WithoutTrivia()} ?? {bound}" : value.WithoutTrivia().ToString();
        var clamped = SyntaxFactory.ParseExpression($"global::System.Math.Clamp({inner}, 1, {bound})").WithTriviaFrom(value).WithAdditionalAnnotations(Simplifier.Annotation);
        return place.Root.ReplaceNode(value, clamped);
    }
}
