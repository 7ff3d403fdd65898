using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SafeLlm.Analyzers.Json;

/// <summary>
/// A text put together from literals and other parts. A part that stands where a value does hides no member; one that stands where
/// a member does may.
/// </summary>
internal sealed class JsonText(SemanticModel model)
{
    // Stands in the text for a part that is not known.
    private const char Hole = '\u0001';
    private static readonly Regex Member = new("[\"']([A-Za-z_$][A-Za-z0-9_.$-]*)[\"']\\s*:", RegexOptions.CultureInvariant);

    private readonly StringBuilder text = new();

    public static bool IsText(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression) || literal.IsKind(SyntaxKind.Utf8StringLiteralExpression),
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) => IsText(sum.Left) || IsText(sum.Right),
        ParenthesizedExpressionSyntax inner => IsText(inner.Expression),
        _ => false,
    };

    /// <summary>The literal parts, with a mark for each other part.</summary>
    public string Read(ExpressionSyntax expression)
    {
        Append(expression);
        return text.ToString();
    }

    public void Into(JsonFacts facts, ExpressionSyntax expression)
    {
        var json = Read(expression);
        foreach (Match match in Member.Matches(json)) facts.Add(match.Groups[1].Value, null);
        if (CapNames.IsIn(json)) facts.HasCap = true;
        for (var i = json.IndexOf(Hole); i >= 0; i = json.IndexOf(Hole, i + 1))
        {
            if (MayHideMembers(json, i)) facts.IsOpaque = true;
        }
    }

    private static bool MayHideMembers(string json, int hole)
    {
        var before = hole - 1;
        while (before >= 0 && char.IsWhiteSpace(json[before])) before--;
        if (before < 0 || json[before] is '{' or ',' or '}' or Hole) return !IsWithinArray(json, before);
        return false;
    }

    // "[1, …, 3]": an element of an array, no member of the request.
    private static bool IsWithinArray(string json, int at)
    {
        var depth = 0;
        for (; at >= 0; at--)
        {
            if (json[at] is '}' or ']') depth++;
            else if (json[at] is '{' or '[' && depth-- == 0) return json[at] == '[';
        }

        return false;
    }

    private void Append(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case ParenthesizedExpressionSyntax inner: Append(inner.Expression); break;
            case LiteralExpressionSyntax literal: text.Append(literal.Token.ValueText); break;
            case BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression):
                Append(sum.Left);
                Append(sum.Right);
                break;
            case InterpolatedStringExpressionSyntax interpolated:
                foreach (var content in interpolated.Contents)
                {
                    if (content is InterpolatedStringTextSyntax part) text.Append(part.TextToken.ValueText);
                    else Append(((InterpolationSyntax)content).Expression);
                }

                break;
            default: text.Append(model.GetConstantValue(expression) is { HasValue: true, Value: string constant } ? constant : Hole.ToString()); break;
        }
    }
}
