using System.Collections.Generic;
using SafeLlm.Analyzers.Rules;

namespace SafeLlm.Analyzers;

/// <summary>All rules, in the order of their ids.</summary>
internal static class RuleList
{
    public static IReadOnlyList<Rule> All { get; } =
    [
        new NoOutputBound(),
        new OutputBoundTooHigh(),
        new OutsideOutputBound(),
        new RawRequestWithoutBound(),
        new PastSafeLlm(),
        new UnsignedClient(),
        new VerificationOff(),
        new VerifierIncomplete(),
        new UnsafeComparison(),
        new KeyInSource(),
        new KeyOnTheClientSide(),
        new UnboundedLoop(),
        new UnboundedFanOut(),
        new UnboundedRetry(),
        new RetryAfterIgnored(),
        new UnboundedToolLoop(),
        new TokenNotPassed(),
        new NoDeadline(),
        new OutsideSystemPrompt(),
        new PromptLogged(),
        new StreamAbandoned(),
        new OptionsNotPassed(),
        new BudgetInFloatingPoint(),
        new TooManyChoices(),
        new RetiredModel(),
        new StandardResilience(),
        new StackedRetries(),
    ];
}
