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

[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddOutputBound)), Shared]
public sealed class AddOutputBound() : RuleFix("SLLM001", "Set an output bound")
{
    internal override SyntaxNode? Change(FixPlace place)
    {
        if (place.Property(NoOutputBound.CapProperty) is not { } cap || cap.Contains(".")) return null;
        var bound = BoundLiteral(place.Diagnostic);
        if (place.Others<BaseObjectCreationExpressionSyntax>() is { Count: > 0 } origins)
        {
            return place.Root.ReplaceNodes(origins, (_, creation) => Initializers.With(creation, cap, bound));
        }

        if (place.Invocation is not { } call || place.Model.GetSymbolInfo(call).Symbol is not IMethodSymbol method || ModelCalls.Find(method) is not { } sdk || sdk.Options.Wraps is not null) return null;
        var made = Made(place.Name(sdk.Options.Types[0]), cap, bound);
        if (method.Parameters.FirstOrDefault(one => TypeNames.IsOrInherits(one.Type, sdk.Options.Types)) is { } given) return place.Root.ReplaceNode(call, OptionsArguments.With(call, given, made));

        // An overload that takes no options: the one beside it takes the messages as a collection.
        var better = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(one => one.Parameters.Any(parameter => TypeNames.IsOrInherits(parameter.Type, sdk.Options.Types)));
        if (better is null || !method.Parameters.Any(one => one.IsParams)) return null;
        var list = SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(OptionsArguments.AsCollection(call)));
        return place.Root.ReplaceNode(call, OptionsArguments.With(call.WithArgumentList(list), better.Parameters.First(one => TypeNames.IsOrInherits(one.Type, sdk.Options.Types)), made).WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static ExpressionSyntax Made(string type, string cap, ExpressionSyntax bound) =>
        SyntaxFactory.ParseExpression("new " + type + " { " + cap + " = " + bound + " }");
}
