using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SetDeadline)), Shared]
public sealed class SetDeadline() : RuleFix("SLLM018", "Wait ten minutes at most")
{
    internal override SyntaxNode? Change(FixPlace place) =>
        place.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is { } assignment
            ? place.Root.ReplaceNode(assignment.Right, SyntaxFactory.ParseExpression("global::System.TimeSpan.FromMinutes(10)").WithTriviaFrom(assignment.Right).WithAdditionalAnnotations(Simplifier.Annotation))
            : null;
}
