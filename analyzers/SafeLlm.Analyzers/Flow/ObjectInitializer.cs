using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Flow;

/// <summary>Reads what an initializer sets: <c>{ A = v, B = { C = w }, ["k"] = x, { "k", y } }</c>.</summary>
internal static class ObjectInitializer
{
    public static void Read(InitializerExpressionSyntax initializer, string prefix, ObjectTrace trace)
    {
        foreach (var element in initializer.Expressions)
        {
            switch (element)
            {
                case AssignmentExpressionSyntax { Right: InitializerExpressionSyntax nested } assignment when Member(assignment.Left) is { } name:
                    Read(nested, Paths.Join(prefix, name), trace);
                    break;
                case AssignmentExpressionSyntax assignment when Member(assignment.Left) is { } name:
                    trace.Writes.Add(new(Paths.Join(prefix, name), assignment.Right));
                    break;
                case InitializerExpressionSyntax { Expressions: { Count: 2 } pair } when element.IsKind(SyntaxKind.ComplexElementInitializerExpression):
                    trace.Writes.Add(new(prefix + Paths.Key(pair[0]), pair[1]));
                    break;
                case ObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: 2 } pair } creation when Files.FileIndex.NameOf(creation.Type) is "JProperty" or "KeyValuePair":
                    trace.Writes.Add(new(prefix + Paths.Key(pair[0].Expression), pair[1].Expression));
                    break;
            }
        }
    }

    private static string? Member(ExpressionSyntax left) => left switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        ImplicitElementAccessSyntax { ArgumentList.Arguments: { Count: 1 } keys } => Paths.Key(keys[0].Expression),
        _ => null,
    };
}
