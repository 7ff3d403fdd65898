using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
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
            return place.Root.ReplaceNode(call, OptionsArguments.With(call, parameter, options));
        }

        if (!method.Parameters.Any(one => one.IsParams)) return null;
        var list = SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList([OptionsArguments.AsCollection(call), SyntaxFactory.Argument(options)]));
        return place.Root.ReplaceNode(call, call.WithArgumentList(list).WithAdditionalAnnotations(Formatter.Annotation));
    }
}
