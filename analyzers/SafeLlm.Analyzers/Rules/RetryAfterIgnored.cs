using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM015: a rate limit is answered with a fixed pause.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RetryAfterIgnored : Rule
{
    internal const string Id = "SLLM015";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A rate limit is answered with a fixed pause",
        "The provider says in Retry-After when to come back: a fixed pause comes too early, or waits for nothing",
        RuleCategory.Reliability,
        DiagnosticSeverity.Info,
        isEnabledByDefault: true,
        description: "A refusal with 429 carries the time after which a call can succeed. Coming back earlier is refused again and may lengthen the lock-out.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => ["Delay", "Sleep"];

    internal override bool Concerns(Surroundings surroundings) => true;

    internal override void Check(FileCheck file)
    {
        var pauses = file.Index.Invocations("Delay", "Sleep");
        if (pauses.Count == 0 || file.Flow.Calls.Count == 0 && file.Flow.Requests.Count == 0) return;
        foreach (var pause in pauses)
        {
            if (pause.ArgumentList.Arguments.Count == 0 || file.Symbol(pause) is not IMethodSymbol { ContainingType.Name: "Task" or "Thread" } || !IsFixed(file, pause.ArgumentList.Arguments[0].Expression)) continue;
            var branch = pause.Ancestors().FirstOrDefault(node => node is CatchClauseSyntax or IfStatementSyntax);
            var head = branch switch
            {
                CatchClauseSyntax handler => handler.Filter?.ToString() + handler.Declaration,
                IfStatementSyntax when_ => when_.Condition.ToString(),
                _ => "",
            };
            if (!head.Contains("429") && !head.Contains("TooManyRequests") && !head.Contains("RateLimit")) continue;
            if (Scopes.OfLocal(pause) is not { } scope || scope.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText.IndexOf("RetryAfter", StringComparison.OrdinalIgnoreCase) >= 0)) continue;
            if (scope.DescendantNodes().OfType<LiteralExpressionSyntax>().Any(literal => literal.Token.ValueText.StartsWith("retry-after", StringComparison.OrdinalIgnoreCase))) continue;
            file.Report(pause.GetLocation());
        }
    }

    private static bool IsFixed(FileCheck file, ExpressionSyntax value) =>
        file.Model.GetConstantValue(value).HasValue
        || value is InvocationExpressionSyntax { ArgumentList.Arguments: { Count: 1 } arguments } call && FileIndex.NameOf(call.Expression) is "FromSeconds" or "FromMilliseconds" or "FromMinutes" && file.Model.GetConstantValue(((InvocationExpressionSyntax)value).ArgumentList.Arguments[0].Expression).HasValue;
}
