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
            if (IsClientOption(file, assignment) && file.Model.GetConstantValue(assignment.Right) is { HasValue: true, Value: true } && !Guards.IsForDevelopment(assignment) && !IsMeantFor(file, assignment))
            {
                file.Report(assignment.GetLocation(), "AllowUnsigned lets calls leave unsigned: remove it and set SigningKey, or keep it behind IsDevelopment()");
            }
        }

        foreach (var assignment in file.Index.Assignments("Endpoint"))
        {
            if (!IsClientOption(file, assignment) || Guards.IsForDevelopment(assignment)) continue;
            if (Endpoint(file, assignment) is not { } uri || NeedsNoSignature(uri)) continue;
            if (Siblings(assignment).Any(one => FileIndex.NameOf(one.Left) is "SigningKey" or "AllowUnsigned")) continue;
            file.Report(assignment.GetLocation(), uri.Host + " is no known provider, and no SigningKey is set: its calls are refused, or leave unsigned");
        }
    }

    // Every endpoint that is set beside it: of one that is not known nobody can say that it needs no signature.
    private static bool IsMeantFor(FileCheck file, AssignmentExpressionSyntax unsigned)
    {
        var beside = (unsigned.Parent as InitializerExpressionSyntax)?.Expressions.OfType<AssignmentExpressionSyntax>() ?? [];
        var endpoints = Endpoints(beside) is { Count: > 0 } own ? own : Endpoints(Siblings(unsigned));
        return endpoints.Count > 0 && endpoints.TrueForAll(one => Endpoint(file, one) is { } uri && NeedsNoSignature(uri));
    }

    private static List<AssignmentExpressionSyntax> Endpoints(IEnumerable<AssignmentExpressionSyntax> assignments) => [.. assignments.Where(one => FileIndex.NameOf(one.Left) == "Endpoint")];

    private static Uri? Endpoint(FileCheck file, AssignmentExpressionSyntax assignment) =>
        Uri.TryCreate(Address.Of(file.Model, assignment.Right), UriKind.Absolute, out var uri) ? uri : null;

    private static bool NeedsNoSignature(Uri endpoint) => endpoint.IsLoopback || ModelText.NamesHost(endpoint.GetLeftPart(UriPartial.Authority));

    private static bool IsClientOption(FileCheck file, AssignmentExpressionSyntax assignment) =>
        file.Symbol(assignment.Left) is IPropertySymbol { ContainingType: { } type } && TypeNames.Of(type) == "SafeLlm.SafeLlmClientOptions";

    // What else is set on the same options: in the initializer, or in the lambda or the member around.
    private static IEnumerable<AssignmentExpressionSyntax> Siblings(AssignmentExpressionSyntax assignment)
    {
        var scope = assignment.Parent is InitializerExpressionSyntax && Scopes.OfLocal(assignment) is { } member ? member : assignment.FirstAncestorOrSelf<AnonymousFunctionExpressionSyntax>() ?? Scopes.OfLocal(assignment);
        return scope?.DescendantNodes().OfType<AssignmentExpressionSyntax>() ?? [];
    }
}
