using SafeLlm.Pricing;

namespace SafeLlm;

/// <summary>What was spent inside a scope so far.</summary>
/// <param name="Cost">Money, over all attempts. Prints as dollars.</param>
/// <param name="Tokens">Tokens, in and out.</param>
/// <param name="Calls">Calls.</param>
/// <param name="ToolRounds">Calls that handed the model what a tool answered.</param>
public readonly record struct ScopeSpending(NanoUsd Cost, long Tokens, int Calls, int ToolRounds);
