using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Inputs;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM003: an output bound comes from outside without a clamp.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutsideOutputBound : Rule
{
    internal const string Id = "SLLM003";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "An output bound comes from outside without a clamp",
        "The output bound is whatever the caller sends in '{0}': clamp it to a range",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A caller who sets the bound sets the cost. No Math.Clamp, comparison, [Range] or validator stands between the request and the bound.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => CapAssignments.Wakers;

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override void Check(FileCheck file)
    {
        foreach (var value in file.Flow.Caps)
        {
            if (OutsideInput.Source(file.Model, value) is { } parameter) file.Report(value.GetLocation(), parameter.Name);
        }
    }
}
