using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Json;

/// <summary>The parts of an address that the source shows.</summary>
internal static class Address
{
    /// <summary>Literal parts of an address, of what its variables hold, and of its constants.</summary>
    public static string Of(SemanticModel model, ExpressionSyntax expression)
    {
        var text = new StringBuilder();
        Append(model, expression, text, 0);
        return text.ToString();
    }

    /// <summary>The address of a request message, from where the message is made.</summary>
    public static string OfMessage(SemanticModel model, ExpressionSyntax message)
    {
        var trace = ObjectFlow.Trace(model, message);
        var text = new StringBuilder();
        foreach (var argument in trace.Origins.OfType<BaseObjectCreationExpressionSyntax>().SelectMany(origin => origin.ArgumentList?.Arguments ?? default)) Append(model, argument.Expression, text, 0);
        foreach (var write in trace.Writes.Where(write => write.Path is "RequestUri")) Append(model, write.Value, text, 0);
        return text.ToString();
    }

    private static void Append(SemanticModel model, ExpressionSyntax expression, StringBuilder text, int depth)
    {
        if (depth > 4) return;
        if (model.GetConstantValue(expression) is { HasValue: true, Value: string constant })
        {
            text.Append(constant);
            return;
        }

        switch (expression)
        {
            case InterpolatedStringExpressionSyntax interpolated:
                foreach (var content in interpolated.Contents)
                {
                    if (content is InterpolatedStringTextSyntax part) text.Append(part.TextToken.ValueText);
                    else Append(model, ((InterpolationSyntax)content).Expression, text, depth + 1);
                }

                break;
            case BinaryExpressionSyntax sum:
                Append(model, sum.Left, text, depth + 1);
                Append(model, sum.Right, text, depth + 1);
                break;
            case BaseObjectCreationExpressionSyntax { ArgumentList: { } arguments }:
                foreach (var argument in arguments.Arguments) Append(model, argument.Expression, text, depth + 1);
                break;
            case InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } call:
                Append(model, receiver, text, depth + 1);
                foreach (var argument in call.ArgumentList.Arguments) Append(model, argument.Expression, text, depth + 1);
                break;
            case IdentifierNameSyntax or MemberAccessExpressionSyntax:
                if (model.GetSymbolInfo(expression).Symbol is not (ILocalSymbol or IFieldSymbol or IPropertySymbol)) return;
                var trace = ObjectFlow.Trace(model, expression);
                foreach (var origin in trace.Origins.Concat(trace.Unresolved).Where(origin => origin != expression)) Append(model, origin, text, depth + 1);
                break;
            default: break;
        }
    }
}
