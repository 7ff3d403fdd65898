using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using SafeLlm.Analyzers.Calls;
using SafeLlm.Analyzers.Files;
using SafeLlm.Analyzers.Flow;

namespace SafeLlm.Analyzers.Rules;

/// <summary>SLLM014: a call of a model is retried without a limit.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnboundedRetry : Rule
{
    internal const string Id = "SLLM014";

    private static readonly DiagnosticDescriptor Rule = new(
        Id,
        "A call of a model is retried without a limit",
        "{0} is retried for ever: limit the attempts",
        RuleCategory.Cost,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "Each attempt may be billed. A failure that stays, such as a refused prompt or a spent quota, is then paid for until somebody notices.",
        helpLinkUri: HelpLink.Root + Id + ".md");

    internal override DiagnosticDescriptor Descriptor => Rule;

    internal override IReadOnlyCollection<string> Names => [.. Forever, .. ModelCalls.MethodNames, "MaxRetryAttempts", "MaxRetries"];

    internal override bool Concerns(Surroundings surroundings) => surroundings.HasModelSdk || surroundings.HasSafeLlmClient;

    private static readonly string[] Forever = ["RetryForever", "RetryForeverAsync", "WaitAndRetryForever", "WaitAndRetryForeverAsync"];

    internal override void Check(FileCheck file)
    {
        foreach (var call in file.Index.Invocations(Forever))
        {
            if (file.Symbol(call) is IMethodSymbol { ContainingAssembly.Name: "Polly" } && (file.Flow.Calls.Count > 0 || file.Index.MentionsModel)) file.Report(Name(call), "The call");
        }

        foreach (var assignment in file.Index.Assignments("MaxRetryAttempts", "MaxRetries"))
        {
            if (file.Model.GetConstantValue(assignment.Right) is { HasValue: true, Value: int.MaxValue } && (file.Flow.Calls.Count > 0 || file.Index.MentionsModel)) file.Report(assignment.GetLocation(), "The call");
        }

        foreach (var site in file.Flow.Calls)
        {
            var attempt = site.Invocation.Ancestors().TakeWhile(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or MemberDeclarationSyntax) || node is GlobalStatementSyntax).OfType<TryStatementSyntax>().FirstOrDefault();
            if (attempt is null || attempt.Catches.Count == 0 || LoopBounds.Unbounded(site.Invocation) is not { } loop || !loop.Span.Contains(attempt.Span)) continue;
            if (IsEndless(loop) && attempt.Catches.Any(one => !Leaves(one.Block)) && LeavesOnSuccess(attempt.Block, loop)) file.Report(site.Location, site.Name?.Identifier.ValueText ?? "The call");
        }
    }

    private static bool IsEndless(StatementSyntax loop) => loop is WhileStatementSyntax { Condition: LiteralExpressionSyntax } or ForStatementSyntax { Condition: null } or DoStatementSyntax { Condition: LiteralExpressionSyntax };

    private static bool Leaves(SyntaxNode block) => block.DescendantNodes().Any(node => node is ReturnStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or BreakStatementSyntax);

    // A retry ends once it succeeds; a loop that goes on then is something else.
    private static bool LeavesOnSuccess(BlockSyntax block, StatementSyntax loop) => block.DescendantNodes().Any(node => node is ReturnStatementSyntax || node is BreakStatementSyntax && node.Ancestors().First(outer => outer is WhileStatementSyntax or ForStatementSyntax or DoStatementSyntax or ForEachStatementSyntax or SwitchStatementSyntax) == loop);

    private static Location Name(InvocationExpressionSyntax call) => ((call.Expression as MemberAccessExpressionSyntax)?.Name ?? (SyntaxNode)call).GetLocation();
}
