using System.Collections.Generic;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM002: an output bound is too high.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class OutputBoundTooHigh : Rule
{
    internal const string Id = "SLLM002";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "An output bound is too high",
        "The output bound {0} {1}",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A bound that no answer reaches bounds no cost. Zero and below mean no bound to several providers. The limit is safellm.max_output_tokens or SafeLlmMaxOutputTokens; where neither is set, the model's own maximum.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => CapAssignments.Wakers;

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override void Check(FileCheck file)
    {
        foreach (var value in file.Flow.Caps)
        {
            if (!TryNumber(file.Model.GetConstantValue(value, file.CancellationToken), out var number)) continue;
            var limit = file.Options.MaxOutputTokens;
            var (most, what) = limit is { } own ? (own, "the limit of " + own.ToString(CultureInfo.InvariantCulture)) : Maximum(value);
            if (number > 0 && number <= most) continue;
            file.Report(value.GetLocation(), number, number > 0 ? "is above " + what : "bounds nothing: several providers take zero and below for no bound at all");
        }
    }

    private static (long Most, string What) Maximum(ExpressionSyntax value)
    {
        var most = ModelMaximum.Of(CapAssignments.ModelsNear(value));
        return (most, most == ModelMaximum.Any ? "what any model answers" : "what this model answers at most, " + most.ToString(CultureInfo.InvariantCulture));
    }

    private static bool TryNumber(Optional<object?> constant, out long number)
    {
        number = constant is { HasValue: true, Value: int small } ? small : constant is { HasValue: true, Value: long large } ? large : 0;
        return constant is { HasValue: true, Value: int or long };
    }
}
