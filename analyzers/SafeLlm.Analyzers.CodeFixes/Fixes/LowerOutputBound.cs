using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LowerOutputBound)), Shared]
public sealed class LowerOutputBound() : RuleFix("SLLM002", "Lower the output bound to the limit")
{
    internal override SyntaxNode? Change(FixPlace place) =>
        place.Property(FileCheck.LimitProperty) is not null && place.Expression is { } value ? place.Root.ReplaceNode(value, BoundLiteral(place.Diagnostic).WithTriviaFrom(value)) : null;
}
