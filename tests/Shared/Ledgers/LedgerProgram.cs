namespace SafeLlm.Tests.Ledgers;

/// <summary>A random program: where its clock starts, and what it does.</summary>
public sealed record LedgerProgram(DateTimeOffset Start, IReadOnlyList<LedgerStep> Steps)
{
    /// <summary>The program as it can be read, a step a line.</summary>
    public override string ToString() => $"starts at {Start:u}\n" + string.Join('\n', Steps.Select((step, i) => $"{i,4}: {step}"));
}
