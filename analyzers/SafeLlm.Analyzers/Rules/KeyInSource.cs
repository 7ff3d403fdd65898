using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM010: a key of a model provider stands in the source.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class KeyInSource : Rule
{
    internal const string Id = "SLLM010";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A key of a model provider stands in the source",
        "A key stands in the source: read it from an environment variable or a secret store, and revoke this one",
        RuleCategory.Security,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Whoever reads the repository, or the assembly, can spend with the key.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. Takers, .. Members];

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override bool IsWokenBy(FileIndex index) => index.HasKeyLiterals || base.IsWokenBy(index);

    private static readonly string[] Takers = ["ApiKeyCredential", "AzureKeyCredential", "ChatClient", "ResponsesClient", "OpenAIClient", "APIAuthentication", "AuthenticationHeaderValue", "OpenAIAuthentication"];
    private static readonly string[] Members = ["ApiKey", "AuthToken", "apiKey", "_apiKey", "APIKey", "ApiToken"];

    internal override void Check(FileCheck file)
    {
        HashSet<ExpressionSyntax>? seen = null;
        foreach (var literal in file.Index.KeyLiterals)
        {
            if (!IsComparedOrSearched(literal)) Report(literal);
        }

        if (file.Surroundings.IsTestProject) return;
        foreach (var creation in file.Index.Creations(Takers))
        {
            foreach (var argument in creation.ArgumentList?.Arguments ?? default) Consider(argument.Expression);
        }

        foreach (var assignment in file.Index.Assignments(Members)) Consider(assignment.Right);
        foreach (var header in file.Index.KeyHeaders)
        {
            if (header.Parent is ArgumentSyntax { Parent: ArgumentListSyntax { Arguments: { Count: 2 } pair, Parent: InvocationExpressionSyntax call } } && pair[0].Expression == header
                && FileIndex.NameOf(call.Expression) is "Add" or "TryAddWithoutValidation" or "WithHeader")
            {
                Consider(pair[1].Expression);
            }
        }

        void Consider(ExpressionSyntax value)
        {
            if (value is LiteralExpressionSyntax literal && literal.IsKind(SyntaxKind.StringLiteralExpression) && KeyText.LooksLikeSecret(Bare(literal.Token.ValueText))) Report(literal);
        }

        void Report(ExpressionSyntax literal)
        {
            if ((seen ??= []).Add(literal)) file.Report(literal.GetLocation());
        }
    }

    private static string Bare(string text) => text.StartsWith("Bearer ", StringComparison.Ordinal) ? text.Substring(7) : text;

    // A scanner's pattern or a test of a redactor is no key in use.
    private static bool IsComparedOrSearched(ExpressionSyntax literal) => literal.Parent is BinaryExpressionSyntax sum && !sum.IsKind(SyntaxKind.AddExpression) && !sum.IsKind(SyntaxKind.CoalesceExpression)
        || literal.Parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } && FileIndex.NameOf(call.Expression) is "Contains" or "StartsWith" or "Equals" or "IsMatch" or "DoesNotContain" or "Equal";
}
