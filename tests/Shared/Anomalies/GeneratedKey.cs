using SafeLlm.Anomalies;

namespace SafeLlm.Tests.Anomalies;

/// <summary>A key of generated traffic.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Habit">When its owner calls.</param>
/// <param name="Norm">Its tier, one of the article's or one that limits nothing.</param>
/// <param name="Attack">What is done with it; null where it stays in the right hands.</param>
/// <param name="AttacksAt">When that begins, each time.</param>
/// <param name="Calls">Its calls in the order of time, as its tier answers them.</param>
public sealed record GeneratedKey(string Name, Habit Habit, UsageNorm Norm, AttackKind? Attack, IReadOnlyList<DateTimeOffset> AttacksAt, IReadOnlyList<GeneratedCall> Calls);
