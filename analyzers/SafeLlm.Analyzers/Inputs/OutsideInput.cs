using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Inputs;

/// <summary>Values that a caller of the program sends: parameters of endpoints, controllers, hubs and tools, and what is read off them.</summary>
internal static class OutsideInput
{
    private static readonly string[] Hosts = ["Microsoft.AspNetCore.Mvc.ControllerBase", "Microsoft.AspNetCore.SignalR.Hub", "Microsoft.AspNetCore.Mvc.RazorPages.PageModel"];
    private static readonly string[] Maps = ["MapPost", "MapGet", "MapPut", "MapPatch", "MapDelete", "MapMethods", "Map"];
    private static readonly string[] Marks = ["McpServerTool", "McpServerToolAttribute", "Function", "FunctionName"];

    /// <summary>The parameter that an expression comes from; null where it is none from outside, or was looked at on the way.</summary>
    public static IParameterSymbol? Source(SemanticModel model, ExpressionSyntax expression)
    {
        var inner = Strip(expression);
        if (inner is BinaryExpressionSyntax { OperatorToken.ValueText: "??" } coalesce) return Source(model, coalesce.Left);
        var start = inner;
        ISymbol? member = null;
        while (start is MemberAccessExpressionSyntax access)
        {
            member ??= model.GetSymbolInfo(access).Symbol;
            if (access.Name.Identifier.ValueText is "Value" or "Length") member = null;
            start = access.Expression;
        }

        switch (model.GetSymbolInfo(start).Symbol)
        {
            case IParameterSymbol parameter when IsFromOutside(model, parameter) && !IsRanged(parameter) && !(member is not null && IsRanged(member)) && !IsCompared(expression, inner) && !HasValidator(model, parameter):
                return parameter;
            case ILocalSymbol local when start == inner && local.DeclaringSyntaxReferences.Length == 1
                && local.DeclaringSyntaxReferences[0].GetSyntax() is VariableDeclaratorSyntax { Initializer: { } initializer } && !IsCompared(expression, inner):
                return Strip(initializer.Value) == inner ? null : Source(model, initializer.Value);
            default:
                return null;
        }
    }

    private static ExpressionSyntax Strip(ExpressionSyntax expression) => expression switch
    {
        ParenthesizedExpressionSyntax inner => Strip(inner.Expression),
        CastExpressionSyntax inner => Strip(inner.Expression),
        PostfixUnaryExpressionSyntax inner => Strip(inner.Operand),
        _ => expression,
    };

    private static bool IsFromOutside(SemanticModel model, IParameterSymbol parameter)
    {
        if (parameter.ContainingSymbol is not IMethodSymbol method || IsService(parameter)) return false;
        if (method.MethodKind is MethodKind.AnonymousFunction or MethodKind.LocalFunction)
        {
            var syntax = method.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax();
            return syntax?.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax map } && Maps.Contains(FileIndex.NameOf(map.Expression) ?? "")
                && model.GetSymbolInfo(map).Symbol is IMethodSymbol { ContainingNamespace: { } space } && space.ToDisplayString() == "Microsoft.AspNetCore.Builder";
        }

        return method.DeclaredAccessibility == Accessibility.Public
            && (TypeNames.IsOrInherits(method.ContainingType, Hosts) || method.GetAttributes().Any(one => Marks.Contains(one.AttributeClass?.Name ?? "")));
    }

    // What dependency injection hands in is not the caller's.
    private static bool IsService(IParameterSymbol parameter) =>
        parameter.GetAttributes().Any(one => one.AttributeClass?.Name is "FromServicesAttribute" or "FromKeyedServicesAttribute")
        || parameter.Type.TypeKind == TypeKind.Interface || parameter.Type.Name.EndsWith("Options", System.StringComparison.Ordinal) || parameter.Type.Name is "CancellationToken";

    private static bool IsRanged(ISymbol symbol) => symbol.GetAttributes().Any(one => one.AttributeClass?.Name is "RangeAttribute" or "Range" or "AllowedValuesAttribute");

    private static bool IsCompared(ExpressionSyntax use, ExpressionSyntax value)
    {
        var text = value.ToString();
        return Scopes.OfLocal(use)?.DescendantNodes().Any(node => node switch
        {
            BinaryExpressionSyntax comparison when comparison.OperatorToken.ValueText is "<" or ">" or "<=" or ">=" => Strip(comparison.Left).ToString() == text || Strip(comparison.Right).ToString() == text,
            IsPatternExpressionSyntax { Pattern: RelationalPatternSyntax or BinaryPatternSyntax or UnaryPatternSyntax } pattern => Strip(pattern.Expression).ToString() == text,
            InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Clamp" or "Min" or "ThrowIfGreaterThan" or "ThrowIfGreaterThanOrEqual" } } clamp =>
                clamp.ArgumentList.Arguments.Any(argument => Strip(argument.Expression).ToString() == text),
            _ => false,
        }) ?? false;
    }

    // A validator class for the request's type looks at it before the endpoint does.
    private static bool HasValidator(SemanticModel model, IParameterSymbol parameter) => model.Compilation.ContainsSymbolsWithName(parameter.Type.Name + "Validator", SymbolFilter.Type);
}
