using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM012: a model is called in a loop that only its own answer ends.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedLoop : Rule
{
    internal const string Id = "SLLM012";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A model is called in a loop that only its own answer ends",
        "Only the model's answer ends this loop around {0}: count the rounds, or set a deadline",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A model that asks for a tool again and again is called again and again. No counter, deadline, cancellation or person stands in the loop.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ModelCalls.MethodNames;

    internal override void Check(FileCheck file)
    {
        foreach (var site in file.Flow.Calls)
        {
            if (LoopBounds.Unbounded(site.Invocation) is { } loop && LoopBounds.IsToolLoop(loop)) file.Report(site.Location, site.Name?.Identifier.ValueText ?? "the model");
        }
    }
}
