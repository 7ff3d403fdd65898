using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM001: a call through an SDK has no output bound, so that its cost has none.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NoOutputBound : Rule
{
    internal const string Id = "SLLM001";
    internal const string CapProperty = "cap";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A model is called without an output bound",
        "{0} is called without an output bound: set {1}, so that the call's cost has an upper end",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Without a bound a model may answer up to its own maximum, which can be a thousand times what was meant. Every path to this call leaves the bound unset.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. ModelCalls.MethodNames, .. AgentFinder.Names];

    internal override IReadOnlyCollection<string> Mentions => ["ChatClientAgentRunOptions"];

    internal override void Check(FileCheck file)
    {
        foreach (var agent in AgentFinder.Unbounded(file))
        {
            file.Report(agent.GetLocation(), "An agent's model", "ChatClientAgentOptions.ChatOptions.MaxOutputTokens");
        }

        foreach (var site in file.Flow.Calls)
        {
            if (site.Bound.State != BoundState.Absent) continue;
            var shape = site.Call.Options.Wraps ?? site.Call.Options;
            file.Report(
                site.Location,
                ImmutableDictionary<string, string?>.Empty.Add(CapProperty, shape.Caps[0]),
                site.Bound.Origins.OfType<BaseObjectCreationExpressionSyntax>().Select(origin => origin.GetLocation()),
                site.Name?.Identifier.ValueText ?? "The model",
                shape.Types[0].Substring(shape.Types[0].LastIndexOf('.') + 1) + "." + shape.Caps[0]);
        }
    }
}
