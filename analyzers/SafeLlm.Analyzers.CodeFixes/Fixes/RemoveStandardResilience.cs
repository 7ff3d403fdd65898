using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveStandardResilience)), Shared]
public sealed class RemoveStandardResilience() : RuleFix("SLLM026", "Remove the standard resilience handler")
{
    internal override SyntaxNode? Change(FixPlace place) =>
        place.Invocation is { Expression: MemberAccessExpressionSyntax access } call ? place.Root.ReplaceNode(call, access.Expression.WithTrailingTrivia(call.GetTrailingTrivia())) : null;
}
