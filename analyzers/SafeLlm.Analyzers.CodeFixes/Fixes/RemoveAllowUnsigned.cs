using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveAllowUnsigned)), Shared]
public sealed class RemoveAllowUnsigned() : RuleFix("SLLM006", "Remove AllowUnsigned")
{
    internal override SyntaxNode? Change(FixPlace place) =>
        place.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is { } assignment && assignment.Left.ToString().EndsWith("AllowUnsigned", System.StringComparison.Ordinal) ? Initializers.Without(place.Root, assignment) : null;
}
