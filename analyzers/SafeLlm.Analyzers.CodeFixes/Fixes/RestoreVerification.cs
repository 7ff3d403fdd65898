using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RestoreVerification)), Shared]
public sealed class RestoreVerification() : RuleFix("SLLM007", "Leave verification on")
{
    internal override SyntaxNode? Change(FixPlace place) =>
        place.Node.FirstAncestorOrSelf<AssignmentExpressionSyntax>() is { } assignment ? Initializers.Without(place.Root, assignment) : null;
}
