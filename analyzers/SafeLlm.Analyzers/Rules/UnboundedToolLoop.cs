using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM016: tools are invoked without a limit of one's own.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedToolLoop : Rule
{
    internal const string Id = "SLLM016";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "Tools are invoked without a limit of one's own",
        "{0}: set {1}, so that a model that keeps asking for tools stops costing",
        RuleCategory.Cost,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "Each round of tool calls is a request with all that was said before. The SDKs' own limits are high: 40 rounds in Microsoft.Extensions.AI, 128 in Semantic Kernel, none in the Responses API.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ["UseFunctionInvocation", "CreateResponseOptions", "ResponseCreationOptions"];

    internal override IReadOnlyCollection<string> Mentions => ["AutoInvokeKernelFunctions", "Auto"];

    internal override void Check(FileCheck file)
    {
        foreach (var call in file.Index.Invocations("UseFunctionInvocation"))
        {
            if (call.ArgumentList.Arguments.Any(argument => argument.NameColon?.Name.Identifier.ValueText == "configure" || argument.Expression is AnonymousFunctionExpressionSyntax)) continue;
            if (file.Symbol(call) is IMethodSymbol { ContainingNamespace.Name: "AI" } && !file.Surroundings.Names("MaximumIterationsPerRequest"))
            {
                file.Report(((call.Expression as MemberAccessExpressionSyntax)?.Name ?? (SyntaxNode)call).GetLocation(), "40 rounds of tool calls are allowed here", "MaximumIterationsPerRequest");
            }
        }

        foreach (var mention in file.Index.Mentions("AutoInvokeKernelFunctions", "Auto"))
        {
            if (file.Symbol(mention) is { ContainingType: { Name: "ToolCallBehavior" or "FunctionChoiceBehavior" } type } && TypeNames.Root(type) == "Microsoft" && !file.Surroundings.Names("IAutoFunctionInvocationFilter") && !IsManual(mention))
            {
                file.Report(mention.GetLocation(), "128 rounds of tool calls are allowed here", "an IAutoFunctionInvocationFilter that ends them");
            }
        }

        foreach (var creation in file.Index.Creations("CreateResponseOptions", "ResponseCreationOptions"))
        {
            var members = creation.Initializer?.Expressions.OfType<AssignmentExpressionSyntax>().ToList() ?? [];
            if (members.Any(HasHostedTool) && !members.Any(one => FileIndex.NameOf(one.Left) == "MaxToolCallCount") && !file.Surroundings.Names("MaxToolCallCount") && TypeNames.Root(file.Type(creation)) == "OpenAI")
            {
                file.Report(creation.Type.GetLocation(), "Tool calls are not limited here", "MaxToolCallCount");
            }
        }
    }

    // Only tools that the provider runs itself go round out of sight; a function's rounds are the caller's own.
    private static bool HasHostedTool(AssignmentExpressionSyntax member) =>
        FileIndex.NameOf(member.Left) == "Tools" && member.Right.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Any(call => FileIndex.NameOf(call.Expression) is { } name && name != "CreateFunctionTool" && name.StartsWith("Create", System.StringComparison.Ordinal) && name.EndsWith("Tool", System.StringComparison.Ordinal));

    private static bool IsManual(SimpleNameSyntax auto) =>
        auto.FirstAncestorOrSelf<InvocationExpressionSyntax>()?.ArgumentList.Arguments.Any(argument => argument.NameColon?.Name.Identifier.ValueText == "autoInvoke" && argument.Expression.IsKind(SyntaxKind.FalseLiteralExpression)) ?? false;
}
