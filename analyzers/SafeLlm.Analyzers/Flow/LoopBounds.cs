using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SafeLlm.Analyzers.Files;

namespace SafeLlm.Analyzers.Flow;

/// <summary>Tells loops that something surely ends from those that only a model's answer does.</summary>
internal static class LoopBounds
{
    // A person, a queue, a clock or a token in the loop: it waits for something, or something ends it.
    private static readonly string[] Benign =
    [
        "ReadLine", "ReadKey", "ReadLineAsync", "ReadAsync", "ReceiveAsync", "WaitToReadAsync", "Dequeue", "TryDequeue", "TryRead", "Take", "TryTake", "Ask", "Prompt", "AskAsync", "PromptAsync", "Confirm",
        "WaitForNextTickAsync", "IsCancellationRequested", "ThrowIfCancellationRequested", "Stopwatch", "Elapsed", "GetElapsedTime", "UtcNow", "Now", "CancelAfter", "NextAsync", "MoveNext", "MoveNextAsync", "GetUserInput", "AcceptAsync",
    ];

    private static readonly string[] ToolWords =
    [
        "ToolCalls", "FinishReason", "StopReason", "FunctionCall", "FunctionCalls", "ToolUse", "RequiresAction", "requiresAction", "FunctionCallContent", "ToolCallUpdates", "FunctionCallResponseItem", "functionCalled", "ToolCall",
    ];

    /// <summary>The nearest loop around a call, where no counter, deadline, person or token bounds it.</summary>
    public static StatementSyntax? Unbounded(SyntaxNode call)
    {
        foreach (var node in call.Ancestors())
        {
            if (node is AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or BaseMethodDeclarationSyntax) return null;
            if (node is ForEachStatementSyntax && !((ForEachStatementSyntax)node).Expression.Span.Contains(call.Span)) return null;
            switch (node)
            {
                case WhileStatementSyntax loop: return DependsOnFlagsOnly(loop.Condition) && !IsBounded(loop) ? loop : null;
                case DoStatementSyntax loop: return DependsOnFlagsOnly(loop.Condition) && !IsBounded(loop) ? loop : null;
                case ForStatementSyntax loop: return loop.Condition is null && !IsBounded(loop) ? loop : null;
            }
        }

        return null;
    }

    /// <summary>Whether the loop reads what tools a model asks for, or why it stopped.</summary>
    public static bool IsToolLoop(StatementSyntax loop) =>
        loop.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => ToolWords.Contains(name.Identifier.ValueText));

    private static bool DependsOnFlagsOnly(ExpressionSyntax condition) => condition switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.TrueLiteralExpression),
        IdentifierNameSyntax => true,
        ParenthesizedExpressionSyntax inner => DependsOnFlagsOnly(inner.Expression),
        PrefixUnaryExpressionSyntax not => DependsOnFlagsOnly(not.Operand),
        BinaryExpressionSyntax either when either.IsKind(SyntaxKind.EqualsExpression) || either.IsKind(SyntaxKind.NotEqualsExpression) => FileIndex.NameOf(either.Left) is "FinishReason" or "StopReason" or "Status",
        IsPatternExpressionSyntax pattern => FileIndex.NameOf(pattern.Expression) is "FinishReason" or "StopReason" or "Status" or "ToolCalls",
        _ => false,
    };

    private static bool IsBounded(StatementSyntax loop)
    {
        foreach (var node in loop.DescendantNodes())
        {
            if (node is SimpleNameSyntax name && Benign.Contains(name.Identifier.ValueText)) return true;
            if (Counted(node) is { } counter && loop.DescendantNodes().OfType<BinaryExpressionSyntax>().Any(one => one.OperatorToken.ValueText is "<" or ">" or "<=" or ">=" or "==" && Mentions(one, counter))) return true;
        }

        return false;
    }

    private static string? Counted(SyntaxNode node) => node switch
    {
        PostfixUnaryExpressionSyntax { Operand: var operand } one when one.IsKind(SyntaxKind.PostIncrementExpression) || one.IsKind(SyntaxKind.PostDecrementExpression) => FileIndex.NameOf(operand),
        PrefixUnaryExpressionSyntax { Operand: var operand } one when one.IsKind(SyntaxKind.PreIncrementExpression) || one.IsKind(SyntaxKind.PreDecrementExpression) => FileIndex.NameOf(operand),
        AssignmentExpressionSyntax { Left: var left } one when one.IsKind(SyntaxKind.AddAssignmentExpression) || one.IsKind(SyntaxKind.SubtractAssignmentExpression) => FileIndex.NameOf(left),
        _ => null,
    };

    private static bool Mentions(BinaryExpressionSyntax comparison, string counter) =>
        comparison.DescendantNodes().OfType<SimpleNameSyntax>().Any(name => name.Identifier.ValueText == counter);
}
