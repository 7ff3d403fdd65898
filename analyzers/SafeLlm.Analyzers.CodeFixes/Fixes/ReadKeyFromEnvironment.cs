using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using System;
using Microsoft.CodeAnalysis.Simplification;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ReadKeyFromEnvironment)), Shared]
public sealed class ReadKeyFromEnvironment() : RuleFix("SLLM010", "Read the key from an environment variable")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Expression is not LiteralExpressionSyntax literal) return null;
        var key = literal.Token.ValueText;
        var isBearer = key.StartsWith("Bearer ", StringComparison.Ordinal);
        if (isBearer) key = key.Substring(7);
        var name = key.StartsWith("sk-ant-", StringComparison.Ordinal) ? "ANTHROPIC_API_KEY" : key.StartsWith("sk-", StringComparison.Ordinal) ? "OPENAI_API_KEY" : key.StartsWith("AIza", StringComparison.Ordinal) ? "GEMINI_API_KEY" : "LLM_API_KEY";
        var read = "global::System.Environment.GetEnvironmentVariable(\"" + name + "\")";
        var text = isBearer ? "\"Bearer \" + " + read : NeedsForgiving(place) ? read + "!" : read;
        return place.Root.ReplaceNode(literal, SyntaxFactory.ParseExpression(text).WithTriviaFrom(literal).WithAdditionalAnnotations(Simplifier.Annotation));
    }

    private static bool NeedsForgiving(FixPlace place) => place.Model.GetNullableContext(place.Node.SpanStart).AnnotationsEnabled();
}
