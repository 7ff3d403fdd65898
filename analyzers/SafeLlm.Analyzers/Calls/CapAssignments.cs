using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Json;

namespace SafeLlm.Analyzers.Calls;

/// <summary>Every place in a file where an output bound is set: in options of an SDK or of SafeLlm, and in raw JSON.</summary>
internal static class CapAssignments
{
    private static readonly OptionsShape[] Shapes = [.. ModelCalls.All.Select(call => call.Options.Wraps ?? call.Options).Distinct()];

    private static readonly string[] OwnTypes = ["SafeLlm.SafeLlmClientOptions", "SafeLlm.Chat.ChatRequest"];

    private static readonly string[] OwnMembers = ["MaxOutputTokens", "DefaultMaxOutputTokens"];

    private static readonly string[] NestedTypes = ["OllamaSharp.Models.RequestOptions"];

    /// <summary>Names of the members that hold a bound.</summary>
    private static readonly string[] Names = [.. Shapes.SelectMany(shape => shape.Caps).Select(Last).Concat(OwnMembers).Distinct()];

    /// <summary>Names in a source that has such a place: the members', and those of what sends raw JSON.</summary>
    public static readonly string[] Wakers = [.. Names, .. RawRequestFinder.Names, .. ModelCalls.MethodNames];

    public static IEnumerable<ExpressionSyntax> In(SemanticModel model, FileIndex index, IReadOnlyList<RawRequest> requests)
    {
        foreach (var assignment in index.Assignments(Names))
        {
            if (assignment.Right is not InitializerExpressionSyntax && model.GetSymbolInfo(assignment.Left).Symbol is IPropertySymbol property && IsCap(property)) yield return assignment.Right;
        }

        foreach (var request in requests)
        {
            foreach (var cap in request.Body.Caps) yield return cap;
        }
    }

    /// <summary>Model ids near a bound: literals of the initializer or the member that it is set in.</summary>
    public static IEnumerable<string> ModelsNear(ExpressionSyntax value) =>
        value.Ancestors().FirstOrDefault(node => node is InitializerExpressionSyntax or AnonymousObjectCreationExpressionSyntax)?.DescendantNodes()
            .OfType<LiteralExpressionSyntax>().Select(literal => literal.Token.ValueText) ?? [];

    private static bool IsCap(IPropertySymbol property)
    {
        var type = property.ContainingType;
        if (OwnMembers.Contains(property.Name) && TypeNames.IsAny(type, OwnTypes)) return true;
        if (property.Name == "NumPredict" && TypeNames.IsAny(type, NestedTypes)) return true;
        return Shapes.Any(shape => shape.Caps.Contains(property.Name) && TypeNames.IsOrInherits(type, shape.Types));
    }

    private static string Last(string path) => path.Substring(path.LastIndexOf('.') + 1);
}
