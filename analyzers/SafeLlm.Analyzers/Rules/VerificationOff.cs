using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM007: verification is turned off.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class VerificationOff : Rule
{
    internal const string Id = "SLLM007";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "Verification is turned off",
        "{0}",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Unverified signatures let anybody spend, and an unverified certificate lets anybody read prompts and keys.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ["VerifySignatures", "ServerCertificateCustomValidationCallback", "RemoteCertificateValidationCallback", "ServerCertificateValidationCallback"];

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override void Check(FileCheck file)
    {
        foreach (var assignment in file.Index.Assignments("VerifySignatures"))
        {
            if (file.Symbol(assignment.Left) is IPropertySymbol { ContainingType: { } type } && TypeNames.Of(type) == "SafeLlm.AspNetCore.SafeLlmVerifierOptions"
                && file.Model.GetConstantValue(assignment.Right) is { HasValue: true, Value: false } && !Guards.IsForDevelopment(assignment))
            {
                file.Report(assignment.GetLocation(), "VerifySignatures = false lets anybody call as anybody: remove it, or keep it behind IsDevelopment()");
            }
        }

        foreach (var assignment in file.Index.Assignments("ServerCertificateCustomValidationCallback", "RemoteCertificateValidationCallback", "ServerCertificateValidationCallback"))
        {
            if (AcceptsAll(assignment.Right) && IsOfFramework(file, assignment) && !Guards.IsForDevelopment(assignment))
            {
                file.Report(assignment.GetLocation(), "Every server certificate is accepted: whoever stands between reads prompts and keys. Remove it, or keep it behind IsDevelopment()");
            }
        }
    }

    private static bool IsOfFramework(FileCheck file, AssignmentExpressionSyntax assignment) =>
        file.Symbol(assignment.Left) is IPropertySymbol { ContainingNamespace: { } space } && space.ToDisplayString().StartsWith("System.Net", StringComparison.Ordinal);

    private static bool AcceptsAll(ExpressionSyntax value) => value switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == "DangerousAcceptAnyServerCertificateValidator",
        AnonymousFunctionExpressionSyntax { ExpressionBody: LiteralExpressionSyntax literal } => literal.IsKind(SyntaxKind.TrueLiteralExpression),
        AnonymousFunctionExpressionSyntax { Block.Statements: { Count: 1 } statements } => statements[0] is ReturnStatementSyntax { Expression: LiteralExpressionSyntax literal } && literal.IsKind(SyntaxKind.TrueLiteralExpression),
        _ => false,
    };
}
