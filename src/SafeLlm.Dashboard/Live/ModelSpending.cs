using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>What attempts with a model come to.</summary>
/// <param name="Dollars">What was charged.</param>
/// <param name="Held">What had been held for it.</param>
/// <param name="InputTokens">Tokens in.</param>
/// <param name="OutputTokens">Tokens out.</param>
/// <param name="Attempts">How many there were.</param>
/// <param name="Overruns">How many used more than was held.</param>
internal readonly record struct ModelSpending(decimal Dollars, decimal Held, decimal InputTokens, decimal OutputTokens, long Attempts, long Overruns)
{
    public ModelSpending With(JournalEntry line)
    {
        var actual = line.Actual ?? default;
        return this + new ModelSpending(actual.Cost.Dollars, line.Quoted?.Cost.Dollars ?? 0, actual.InputTokens, actual.OutputTokens, 1, line.IsOverrun ? 1 : 0);
    }

    public static ModelSpending operator +(ModelSpending one, ModelSpending other) => new(
        one.Dollars + other.Dollars,
        one.Held + other.Held,
        one.InputTokens + other.InputTokens,
        one.OutputTokens + other.OutputTokens,
        one.Attempts + other.Attempts,
        one.Overruns + other.Overruns);
}
