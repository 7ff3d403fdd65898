using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using System.Linq;
using Microsoft.CodeAnalysis.Formatting;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Rules;

namespace SafeLlm.Analyzers.CodeFixes.Fixes;

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PassOptions)), Shared]
public sealed class PassOptions() : RuleFix("SLLM022", "Pass the options")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Invocation is not { } call || place.Property(OptionsNotPassed.OptionsProperty) is not { } name || place.Model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || ModelCalls.Find(method) is not { } sdk) return null;
        var options = SyntaxFactory.IdentifierName(name);
        if (method.Parameters.FirstOrDefault(one => TypeNames.IsOrInherits(one.Type, sdk.Options.Types)) is { } parameter)
        {
            var argument = SyntaxFactory.Argument(SyntaxFactory.NameColon(parameter.Name), default, options);
            return place.Root.ReplaceNode(call, call.WithArgumentList(call.ArgumentList.WithArguments(call.ArgumentList.Arguments.Add(argument))).WithAdditionalAnnotations(Formatter.Annotation));
        }

        if (!method.Parameters.Any(one => one.IsParams)) return null;
        var messages = SyntaxFactory.CollectionExpression(SyntaxFactory.SeparatedList<CollectionElementSyntax>(call.ArgumentList.Arguments.Select(given => SyntaxFactory.ExpressionElement(given.Expression.WithoutTrivia()))));
        var list = SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList([SyntaxFactory.Argument(messages), SyntaxFactory.Argument(options)]));
        return place.Root.ReplaceNode(call, call.WithArgumentList(list).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
