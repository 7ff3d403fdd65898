using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM023: a budget is counted in floating point, or by the machine's clock.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BudgetInFloatingPoint : Rule
{
    internal const string Id = "SLLM023";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A budget is counted in floating point, or by the machine's clock",
        "{0}",
        RuleCategory.Reliability,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "Doubles lose cents, and a clock that is set back opens a budget's window again. SafeLlm counts in decimals and integers, on a TimeProvider.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [];

    internal override IReadOnlyCollection<string> Mentions => Contracts;

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasSafeLlm;

    private static readonly string[] Contracts = ["ILedger", "IJournal", "IAlertSink"];

    internal override void Check(FileCheck file)
    {
        foreach (var mention in file.Index.Mentions(Contracts))
        {
            if (mention.Parent is not BaseTypeSyntax { Parent.Parent: TypeDeclarationSyntax type } || file.Symbol(mention) is not ITypeSymbol contract || TypeNames.Root(contract) != "SafeLlm") continue;
            foreach (var field in type.Members.OfType<FieldDeclarationSyntax>().Where(field => field.Declaration.Type is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.DoubleKeyword or (int)SyntaxKind.FloatKeyword }))
            {
                file.Report(field.Declaration.Type.GetLocation(), "Money in floating point drifts: use decimal, or NanoUsd");
            }

            foreach (var clock in type.DescendantNodes().OfType<MemberAccessExpressionSyntax>().Where(access => access.Name.Identifier.ValueText is "Now" or "UtcNow" or "Today" && FileIndex.NameOf(access.Expression) is "DateTime" or "DateTimeOffset"))
            {
                file.Report(clock.GetLocation(), "A window by the machine's clock moves when the clock is set: take a TimeProvider");
            }
        }
    }
}
