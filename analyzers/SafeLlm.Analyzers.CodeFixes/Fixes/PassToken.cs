using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Formatting;
using SafeLlm.Analyzers.Rules;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PassToken)), Shared]
public sealed class PassToken() : RuleFix("SLLM017", "Pass the token")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Invocation is not { } call || place.Property(TokenNotPassed.TokenProperty) is not { } argument) return null;
        var given = SyntaxFactory.ParseArgumentList("(" + argument + ")").Arguments[0];
        return place.Root.ReplaceNode(call, call.WithArgumentList(call.ArgumentList.WithArguments(call.ArgumentList.Arguments.Add(given))).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
