using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LimitToolRounds)), Shared]
public sealed class LimitToolRounds() : RuleFix("SLLM016", "Limit the rounds of tool calls to 8")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<ObjectCreationExpressionSyntax>() is { } creation && creation.Type.Span.Contains(place.Node.Span)) return place.Root.ReplaceNode(creation, Initializers.With(creation, "MaxToolCallCount", SyntaxFactory.ParseExpression("8")));
        if (place.Invocation is not { } call || FileIndex.NameOf(call.Expression) != "UseFunctionInvocation") return null;
        var configure = (ArgumentSyntax)SyntaxFactory.ParseArgumentList("(configure: client => client.MaximumIterationsPerRequest = 8)").Arguments[0];
        return place.Root.ReplaceNode(call, call.WithArgumentList(call.ArgumentList.WithArguments(call.ArgumentList.Arguments.Add(configure))));
    }
}
