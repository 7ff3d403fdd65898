using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using System.Linq;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
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
        var made = Made(sdk.Options.Types[0], cap, bound);
        if (method.Parameters.FirstOrDefault(one => TypeNames.IsOrInherits(one.Type, sdk.Options.Types)) is { } given) return place.Root.ReplaceNode(call, WithOptions(call, given, made));

        // An overload that takes no options: the one beside it takes the messages as a collection.
        var better = method.ContainingType.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(one => one.Parameters.Any(parameter => TypeNames.IsOrInherits(parameter.Type, sdk.Options.Types)));
        if (better is null || !method.Parameters.Any(one => one.IsParams)) return null;
        var messages = SyntaxFactory.CollectionExpression(SyntaxFactory.SeparatedList<CollectionElementSyntax>(call.ArgumentList.Arguments.Select(argument => SyntaxFactory.ExpressionElement(argument.Expression.WithoutTrivia()))));
        var list = SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(messages)));
        return place.Root.ReplaceNode(call, WithOptions(call.WithArgumentList(list), better.Parameters.First(one => TypeNames.IsOrInherits(one.Type, sdk.Options.Types)), made).WithAdditionalAnnotations(Formatter.Annotation));
    }

    private static ExpressionSyntax Made(string type, string cap, ExpressionSyntax bound) =>
        SyntaxFactory.ParseExpression("new global::" + type + " { " + cap + " = " + bound + " }").WithAdditionalAnnotations(Simplifier.Annotation);

    private static InvocationExpressionSyntax WithOptions(InvocationExpressionSyntax call, IParameterSymbol parameter, ExpressionSyntax made)
    {
        var nothing = call.ArgumentList.Arguments.FirstOrDefault(argument => (argument.NameColon?.Name.Identifier.ValueText == parameter.Name || argument.NameColon is null && call.ArgumentList.Arguments.IndexOf(argument) == parameter.Ordinal)
            && (argument.Expression.IsKind(SyntaxKind.NullLiteralExpression) || argument.Expression.IsKind(SyntaxKind.DefaultLiteralExpression)));
        if (nothing is not null) return call.ReplaceNode(nothing, nothing.WithExpression(made));
        var argument = SyntaxFactory.Argument(SyntaxFactory.NameColon(parameter.Name), default, made);
        var arguments = call.ArgumentList.Arguments;
        return call.WithArgumentList(call.ArgumentList.WithArguments(arguments.Add(argument))).WithAdditionalAnnotations(Formatter.Annotation);
    }
}
