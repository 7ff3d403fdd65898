using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;
using SafeLlm.Analyzers.Json;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM006: a SafeLlm client does not sign.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnsignedClient : Rule
{
    internal const string Id = "SLLM006";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A SafeLlm client does not sign",
        "{0}",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Whoever can reach an endpoint that takes unsigned calls can spend its budget. A known provider needs no signature of ours; any other endpoint does.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ["AllowUnsigned", "Endpoint"];

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasSafeLlmClient;

    internal override void Check(FileCheck file)
    {
        foreach (var assignment in file.Index.Assignments("AllowUnsigned"))
        {
            if (IsClientOption(file, assignment) && file.Model.GetConstantValue(assignment.Right) is { HasValue: true, Value: true } && !Guards.IsForDevelopment(assignment))
            {
                file.Report(assignment.GetLocation(), "AllowUnsigned lets calls leave unsigned: remove it and set SigningKey, or keep it behind IsDevelopment()");
            }
        }

        foreach (var assignment in file.Index.Assignments("Endpoint"))
        {
            if (!IsClientOption(file, assignment) || Guards.IsForDevelopment(assignment)) continue;
            var address = Address.Of(file.Model, assignment.Right);
            if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.IsLoopback || ModelText.NamesHost(uri.GetLeftPart(UriPartial.Authority))) continue;
            if (Siblings(assignment).Any(name => name is "SigningKey" or "AllowUnsigned")) continue;
            file.Report(assignment.GetLocation(), uri.Host + " is no known provider, and no SigningKey is set: its calls are refused, or leave unsigned");
        }
    }

    private static bool IsClientOption(FileCheck file, AssignmentExpressionSyntax assignment) =>
        file.Symbol(assignment.Left) is IPropertySymbol { ContainingType: { } type } && TypeNames.Of(type) == "SafeLlm.SafeLlmClientOptions";

    // What else is set on the same options: in the initializer, or in the lambda or the member around.
    private static IEnumerable<string?> Siblings(AssignmentExpressionSyntax assignment)
    {
        var scope = assignment.Parent is InitializerExpressionSyntax && Scopes.OfLocal(assignment) is { } member ? member : assignment.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() ?? Scopes.OfLocal(assignment);
        return scope?.DescendantNodes().OfType<AssignmentExpressionSyntax>().Select(one => FileIndex.NameOf(one.Left)) ?? [];
    }
}
