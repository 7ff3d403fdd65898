using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RetryOnce)), Shared]
public sealed class RetryOnce() : RuleFix("SLLM027", "Leave retries to SafeLlm")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is { } assignment && assignment.Left.ToString() == "MaxRetries") return place.Root.ReplaceNode(assignment.Right, SyntaxFactory.ParseExpression("0").WithTriviaFrom(assignment.Right));
        if (place.Node.FirstAncestorOrSelf<ObjectCreationExpressionSyntax>() is not { } creation) return null;
        var policy = SyntaxFactory.ParseExpression("new global::System.ClientModel.Primitives.ClientRetryPolicy(0)").WithAdditionalAnnotations(Simplifier.Annotation);
        return place.Root.ReplaceNode(creation, Initializers.With(creation, "RetryPolicy", policy));
    }
}
