using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace SafeLlm.Analyzers.CodeFixes;

/// <summary>Passes options to a call, whatever it passes already.</summary>
internal static class OptionsArguments
{
    /// <summary>The call with options for a parameter: in the place of its null, or else by name behind the others.</summary>
    public static InvocationExpressionSyntax With(InvocationExpressionSyntax call, IParameterSymbol parameter, ExpressionSyntax options)
    {
        var arguments = call.ArgumentList.Arguments;
        var nothing = arguments.FirstOrDefault(argument => (argument.NameColon?.Name.Identifier.ValueText == parameter.Name || argument.NameColon is null && arguments.IndexOf(argument) == parameter.Ordinal)
            && (argument.Expression.IsKind(SyntaxKind.NullLiteralExpression) || argument.Expression.IsKind(SyntaxKind.DefaultLiteralExpression)));
        if (nothing is not null) return call.ReplaceNode(nothing, nothing.WithExpression(options));
        var named = SyntaxFactory.Argument(SyntaxFactory.NameColon(parameter.Name), default, options);
        return call.WithArgumentList(call.ArgumentList.WithArguments(arguments.Add(named))).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The messages of an overload that takes them one by one, as the overload beside it takes them: as one collection.</summary>
    public static ArgumentSyntax AsCollection(InvocationExpressionSyntax call) => SyntaxFactory.Argument(SyntaxFactory.CollectionExpression(
        SyntaxFactory.SeparatedList<CollectionElementSyntax>(call.ArgumentList.Arguments.Select(argument => SyntaxFactory.ExpressionElement(argument.Expression.WithoutTrivia())))));
}
