using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM024: a request asks for many answers, or sends a whole file.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TooManyChoices : Rule
{
    internal const string Id = "SLLM024";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A request asks for many answers, or sends a whole file",
        "{0}",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Every answer of a request is billed, and so is every token of a prompt: n = 10 costs ten times, and a file costs what is in it.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. Members, "ReadAllText", "ReadAllTextAsync"];

    private static readonly string[] Members = ["N", "BestOf", "ChoiceCount", "ChoicesPerPrompt", "CandidateCount", "ResultsPerPrompt"];

    internal override void Check(FileCheck file)
    {
        foreach (var assignment in file.Index.Assignments(Members))
        {
            if (file.Symbol(assignment.Left) is not IPropertySymbol { ContainingType: { } type } || TypeNames.Root(type) is not ("OpenAI" or "Azure" or "Betalgo" or "Microsoft")) continue;
            if (file.Model.GetConstantValue(assignment.Right) is { HasValue: true, Value: int number } && number > file.Options.MaxChoices)
            {
                file.Report(assignment.Right.GetLocation(), string.Format(CultureInfo.InvariantCulture, "{0} answers are asked for and billed; the limit is {1}", number, file.Options.MaxChoices));
            }
        }

        foreach (var read in file.Index.Invocations("ReadAllText", "ReadAllTextAsync"))
        {
            if (file.Symbol(read) is not IMethodSymbol { ContainingType.Name: "File" }) continue;
            var site = file.Flow.Calls.FirstOrDefault(call => call.Invocation.ArgumentList.Span.Contains(read.Span));
            if (site is not null && !read.Ancestors().TakeWhile(node => node != site.Invocation).Any(IsShortened)) file.Report(read.GetLocation(), "The whole file becomes input, however long it is: check its length first");
        }
    }

    private static bool IsShortened(SyntaxNode node) =>
        node is ElementAccessExpressionSyntax or AnonymousFunctionExpressionSyntax || node is InvocationExpressionSyntax call && FileIndex.NameOf(call.Expression) is "Substring" or "Take" or "Truncate" or "Trim" or "FromString" or "Parse";
}
