using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Flow;

/// <summary>The names of members within a traced object.</summary>
internal static class Paths
{
    /// <summary>Stands for a key that is no literal: any member may be meant.</summary>
    public const string AnyKey = "[*]";

    public static string Join(string prefix, string name) =>
        prefix.Length == 0 || name.StartsWith("[", System.StringComparison.Ordinal) ? prefix + name : prefix + "." + name;

    public static string Key(ExpressionSyntax key) =>
        key is LiteralExpressionSyntax literal && (literal.IsKind(SyntaxKind.StringLiteralExpression) || literal.IsKind(SyntaxKind.Utf8StringLiteralExpression))
            ? "[" + literal.Token.ValueText + "]"
            : AnyKey;
}
