using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Json;

/// <summary>
/// A text put together from literals and other parts. A part that stands where a value does, or within one, hides no member; one that
/// stands where a member does may, unless it is a variable whose every value is such a text.
/// </summary>
internal sealed class JsonText(SemanticModel model, int depth = 0)
{
    private const int MaxDepth = 3;

    // Stands in the text for a part that is not known.
    private const char Hole = '\u0001';
    private static readonly Regex Member = new("[\"']([A-Za-z_$][A-Za-z0-9_.$-]*)[\"']\\s*:", RegexOptions.CultureInvariant);

    private readonly StringBuilder text = new();
    private readonly List<ExpressionSyntax> parts = [];

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
        var isWithinString = Strings(json);
        var part = 0;
        for (var i = json.IndexOf(Hole); i >= 0; i = json.IndexOf(Hole, i + 1), part++)
        {
            if (!isWithinString[i] && MayHideMembers(json, i) && !IsReadable(parts[part], facts)) facts.IsOpaque = true;
        }
    }

    // "var stop = isShort ? "\"stop\":\"x\"," : "";": all that it may be is read instead.
    private bool IsReadable(ExpressionSyntax part, JsonFacts facts)
    {
        if (depth >= MaxDepth || part is not IdentifierNameSyntax) return false;
        var trace = ObjectFlow.Trace(model, part);
        if (trace.Escapes || trace.Origins.Count > 0 || trace.Unresolved.Count == 0 || !trace.Unresolved.All(value => IsText(value) || IsEmpty(value))) return false;
        foreach (var value in trace.Unresolved.Where(IsText)) new JsonText(model, depth + 1).Into(facts, value);
        return true;
    }

    private static bool IsEmpty(ExpressionSyntax value) => value is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Empty", Expression: PredefinedTypeSyntax or IdentifierNameSyntax { Identifier.ValueText: "String" } };

    // Which places stand within a JSON string. None is taken to where the quotes do not pair: then the text is no whole one.
    private static bool[] Strings(string json)
    {
        var within = new bool[json.Length];
        var isOpen = false;
        for (var i = 0; i < json.Length; i++)
        {
            within[i] = isOpen;
            if (isOpen && json[i] == '\\' && i + 1 < json.Length) within[++i] = true;
            else if (json[i] == '"') isOpen = !isOpen;
        }

        return isOpen ? new bool[json.Length] : within;
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
            default:
                if (model.GetConstantValue(expression) is { HasValue: true, Value: string constant })
                {
                    text.Append(constant);
                }
                else
                {
                    text.Append(Hole);
                    parts.Add(expression);
                }

                break;
        }
    }
}
