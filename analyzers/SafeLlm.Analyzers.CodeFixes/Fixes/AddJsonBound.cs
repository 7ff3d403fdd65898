using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using System.Linq;
using Microsoft.CodeAnalysis.Formatting;
using SafeLlm.Analyzers.Rules;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddJsonBound)), Shared]
public sealed class AddJsonBound() : RuleFix("SLLM004", "Add an output bound to the JSON")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Property(RawRequestWithoutBound.KeyProperty) is not { } key || place.Others<AnonymousObjectCreationExpressionSyntax>() is not { Count: 1 } origins) return null;
        var parts = key.Split((char)46);
        var value = parts.Length == 1 ? BoundLiteral(place.Diagnostic) : SyntaxFactory.ParseExpression("new { " + parts[1] + " = " + BoundLiteral(place.Diagnostic) + " }");
        var body = origins[0];
        if (body.Initializers.Any(one => (one.NameEquals?.Name ?? one.Expression as SimpleNameSyntax)?.Identifier.ValueText == parts[0])) return null;
        var member = SyntaxFactory.AnonymousObjectMemberDeclarator(SyntaxFactory.NameEquals(parts[0]), value);
        return place.Root.ReplaceNode(body, body.WithInitializers(Initializers.Append(body.Initializers, member)).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
