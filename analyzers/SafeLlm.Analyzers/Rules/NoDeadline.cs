using System;
using System.Collections.Generic;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM018: a client that calls a model has no deadline.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NoDeadline : Rule
{
    internal const string Id = "SLLM018";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A client that calls a model has no deadline",
        "This client waits {0}, and nothing in the file cancels: set a time-out, or pass a token with CancelAfter",
        RuleCategory.Reliability,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A model that never ends its answer keeps a connection, a request and a budget until the process dies.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ["Timeout", "NetworkTimeout"];

    internal override IReadOnlyCollection<string> Mentions => ["CancelAfter", "CancellationTokenSource", "HttpClientPipelineTransport", "SafeLlmHandler"];

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override void Check(FileCheck file)
    {
        var timeouts = file.Index.Assignments("Timeout", "NetworkTimeout");
        if (timeouts.Count == 0 || file.Flow.Calls.Count == 0 && file.Flow.Requests.Count == 0 || file.Index.Mentions("CancelAfter", "CancellationTokenSource").Count > 0) return;
        foreach (var assignment in timeouts)
        {
            if (file.Symbol(assignment.Left) is not IPropertySymbol property || property.ContainingType.Name is not ("HttpClient" or "ClientPipelineOptions" or "AnthropicClient") || Length(file, assignment.Right) is not { } length) continue;

            // Beneath an SDK's pipeline the SDK's own time-out counts.
            if (property.ContainingType.Name == "HttpClient" && (file.Flow.Requests.Count == 0 || file.Index.Mentions("HttpClientPipelineTransport", "SafeLlmHandler").Count > 0)) continue;
            if (length is "for ever" || double.TryParse(length, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds > file.Options.MaxTimeoutSeconds)
            {
                file.Report(assignment.GetLocation(), length is "for ever" ? length : length + " seconds");
            }
        }
    }

    private static string? Length(FileCheck file, ExpressionSyntax value)
    {
        if (value is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "InfiniteTimeSpan" or "MaxValue" }) return "for ever";
        if (value is not InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } call) return null;
        var unit = FileIndex.NameOf(call.Expression) switch
        {
            "FromSeconds" => 1,
            "FromMinutes" => 60,
            "FromHours" => 3600,
            "FromDays" => 86400,
            _ => 0,
        };
        var number = file.Model.GetConstantValue(arguments[0].Expression);
        if (unit == 0 || !number.HasValue || number.Value is not (int or long or double)) return null;
        var count = Convert.ToDouble(number.Value, CultureInfo.InvariantCulture);
        return count < 0 ? "for ever" : (count * unit).ToString("0", CultureInfo.InvariantCulture);
    }
}
