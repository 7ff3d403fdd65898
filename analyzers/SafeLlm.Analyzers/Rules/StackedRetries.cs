using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM027: retries are stacked.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StackedRetries : Rule
{
    internal const string Id = "SLLM027";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "Retries are stacked",
        "{0}",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Retries multiply: three attempts of the SDK over three of the handler beneath it are nine, each of which may be billed.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. Options, "MaxRetries"];

    private static readonly string[] Options = ["OpenAIClientOptions", "AzureOpenAIClientOptions"];

    internal override void Check(FileCheck file)
    {
        foreach (var creation in file.Index.Creations(Options).Where(creation => TypeNames.Root(file.Type(creation)) is "OpenAI" or "Azure"))
        {
            var set = creation.Initializer?.Expressions.OfType<AssignmentExpressionSyntax>().ToList() ?? [];
            if (set.FirstOrDefault(one => FileIndex.NameOf(one.Left) == "Transport") is not { } transport || set.FirstOrDefault(one => FileIndex.NameOf(one.Left) == "RetryPolicy") is { } policy && IsNone(file, policy.Right)) continue;
            if (Scopes.OfLocal(creation) is { } scope && file.Surroundings.HasSafeLlmClient && RetriesBeneath(file, transport.Right) && !LaterSet(scope))
            {
                file.Report(creation.Type.GetLocation(), "SafeLlm beneath this client retries already: set RetryPolicy = new ClientRetryPolicy(0)");
            }
        }

        foreach (var assignment in file.Index.Assignments("MaxRetries"))
        {
            if (file.Symbol(assignment.Left) is not IPropertySymbol { ContainingType: { } type } || TypeNames.Of(type) != "Anthropic.AnthropicClient" || file.Model.GetConstantValue(assignment.Right) is not { HasValue: true, Value: > 0 }) continue;
            var client = (assignment.Parent as InitializerExpressionSyntax)?.Expressions.OfType<AssignmentExpressionSyntax>().FirstOrDefault(one => FileIndex.NameOf(one.Left) == "HttpClient");
            if (client is not null && RetriesBeneath(file, client.Right)) file.Report(assignment.GetLocation(), "SafeLlm beneath this client retries already: set MaxRetries = 0");
        }
    }

    private static bool IsNone(FileCheck file, ExpressionSyntax policy) =>
        policy is not BaseObjectCreationExpressionSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } || file.Model.GetConstantValue(arguments[0].Expression) is not { HasValue: true, Value: > 0 };

    private static bool LaterSet(SyntaxNode scope) => scope.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(one => one.Left is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "RetryPolicy" });

    private static bool RetriesBeneath(FileCheck file, ExpressionSyntax transport)
    {
        var open = new Stack<ExpressionSyntax>([transport]);
        for (var steps = 0; open.Count > 0 && steps < 20; steps++)
        {
            var next = open.Pop();
            if (next.DescendantNodesAndSelf().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText == "SafeLlmHandler")) return true;
            var trace = ObjectFlow.Trace(file.Model, next);
            foreach (var made in trace.Origins.Concat(trace.Unresolved).Where(one => one != next)) open.Push(made);
            if (next is BaseObjectCreationExpressionSyntax { ArgumentList: { } list }) foreach (var argument in list.Arguments) open.Push(argument.Expression);
        }

        return false;
    }
}
