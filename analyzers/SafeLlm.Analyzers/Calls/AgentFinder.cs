using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Calls;

/// <summary>
/// Finds agents of the Agent Framework that are made without an output bound. An agent's calls take theirs from its construction, and so
/// that is where to look.
/// </summary>
internal static class AgentFinder
{
    public static readonly string[] Names = ["ChatClientAgent", "CreateAIAgent", "AsAIAgent"];

    private static readonly string[] AgentTypes = ["Microsoft.Agents.AI.AIAgent"];

    public static IEnumerable<SimpleNameSyntax> Unbounded(FileCheck file)
    {
        var creations = file.Index.Creations(Names);
        var calls = file.Index.Invocations(Names);
        if (creations.Count == 0 && calls.Count == 0) yield break;

        // A run may bring options of its own.
        if (file.Index.Mentions("ChatClientAgentRunOptions").Count > 0 || file.Surroundings.ChatClientIsConfigured || file.Surroundings.IsBoundedBySafeLlm) yield break;
        foreach (var creation in creations)
        {
            if (creation.ArgumentList is { } list && creation.Type is SimpleNameSyntax name && IsUnbounded(file, creation, list)) yield return name;
        }

        foreach (var call in calls)
        {
            if (call.Expression is MemberAccessExpressionSyntax access && !new BoundFinder(file.Model, file.Surroundings).HasDefaultBound(access.Expression) && IsUnbounded(file, call, call.ArgumentList)) yield return access.Name;
        }
    }

    private static bool IsUnbounded(FileCheck file, ExpressionSyntax made, ArgumentListSyntax arguments)
    {
        if (file.Symbol(made) is not IMethodSymbol || !TypeNames.IsOrInherits(file.Type(made), AgentTypes)) return false;
        var given = arguments.Arguments.Select(argument => argument.Expression).ToList();
        var bounds = new BoundFinder(file.Model, file.Surroundings);
        if (given.Any(argument => bounds.HasDefaultBound(argument) || IsClientFactory(file, argument))) return false;
        var options = given.FirstOrDefault(argument => TypeNames.IsOrInherits(file.Model.GetTypeInfo(argument).ConvertedType, OptionsShapes.Agent.Types));
        return options is null || bounds.Of(options, OptionsShapes.Agent).State == BoundState.Absent;
    }

    // What it puts around the client may bound every call.
    private static bool IsClientFactory(FileCheck file, ExpressionSyntax argument) =>
        file.Model.GetTypeInfo(argument) is { ConvertedType: INamedTypeSymbol { DelegateInvokeMethod.ReturnType.Name: "IChatClient" } } && !argument.IsKind(SyntaxKind.NullLiteralExpression);
}
