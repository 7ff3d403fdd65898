using SafeLlm.Limits;

namespace SafeLlm.Cli.Reports;

/// <summary>What the attempts of one day, model or scope come to.</summary>
internal sealed class Spending(string name)
{
    private readonly HashSet<string> calls = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public decimal Dollars { get; private set; }

    /// <summary>What the quotes expected, of the attempts that had one.</summary>
    public decimal Expected { get; private set; }

    /// <summary>What was set aside: the quotes' upper ends.</summary>
    public decimal Held { get; private set; }

    public decimal InputTokens { get; private set; }

    public decimal OutputTokens { get; private set; }

    public long Attempts { get; private set; }

    public int Calls => calls.Count;

    public long Overruns { get; private set; }

    /// <summary>Attempts whose usage never came, so that a policy or an ended lease decided what was charged.</summary>
    public long Unreported { get; private set; }

    public void Add(JournalEntry line)
    {
        var actual = line.Actual ?? default;
        Attempts++;
        _ = calls.Add(line.CallId ?? line.Id);
        Dollars += actual.Cost.Dollars;
        InputTokens += actual.InputTokens;
        OutputTokens += actual.OutputTokens;
        Expected += line.Expected?.Dollars ?? 0;
        Held += line.Quoted?.Cost.Dollars ?? 0;
        Overruns += line.IsOverrun ? 1 : 0;
        Unreported += line.Outcome is JournalOutcome.ByPolicy or JournalOutcome.LeaseEnded ? 1 : 0;
    }
}
