using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LimitRetries)), Shared]
public sealed class LimitRetries() : RuleFix("SLLM014", "Retry three times")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is { } assignment) return place.Root.ReplaceNode(assignment.Right, SyntaxFactory.ParseExpression("3").WithTriviaFrom(assignment.Right));
        if (place.Invocation is not { Expression: MemberAccessExpressionSyntax access, ArgumentList.Arguments.Count: 0 } call || access.Name.Identifier.ValueText is not ("RetryForever" or "RetryForeverAsync")) return null;
        var limited = access.WithName(SyntaxFactory.IdentifierName(access.Name.Identifier.ValueText.Replace("Forever", "")).WithTriviaFrom(access.Name));
        return place.Root.ReplaceNode(call, call.WithExpression(limited).WithArgumentList(SyntaxFactory.ParseArgumentList("(3)")));
    }
}
