using SafeLlm.Pricing;

namespace SafeLlm.Tests.Anomalies;

/// <summary>One call of generated traffic, as a journal would have it.</summary>
/// <param name="At">When.</param>
/// <param name="Tokens">Tokens in and out.</param>
/// <param name="Cost">Money.</param>
/// <param name="IsAttack">Whether the attacker made it.</param>
/// <param name="IsRefused">Whether its tier's limits were full, so that it used nothing.</param>
public readonly record struct GeneratedCall(DateTimeOffset At, long Tokens, NanoUsd Cost, bool IsAttack, bool IsRefused = false);
