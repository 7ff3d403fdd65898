using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(KeepPromptsOut)), Shared]
public sealed class KeepPromptsOut() : RuleFix("SLLM020", "Keep prompts out of traces")
{
    internal override SyntaxNode? Change(FixPlace place) =>
        place.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is { Right: LiteralExpressionSyntax literal } assignment && assignment.Left.ToString().EndsWith("EnableSensitiveData", System.StringComparison.Ordinal)
            ? place.Root.ReplaceNode(literal, SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression).WithTriviaFrom(literal))
            : null;
}
