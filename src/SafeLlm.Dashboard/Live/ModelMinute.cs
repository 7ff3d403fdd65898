using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>What the attempts of one minute come to, by model, and what operators did in it.</summary>
internal sealed class ModelMinute
{
    /// <summary>Models beyond this many in a minute are added up under one name, so that a minute stays bounded.</summary>
    public const int Most = 100;

    public const string Others = "(others)";
    public const string Unknown = "(not known)";

    public Dictionary<string, ModelSpending> Models { get; } = new(StringComparer.Ordinal);

    /// <summary>What operators did, the first of it.</summary>
    public List<JournalEntry> Actions { get; } = [];

    public void Add(JournalEntry line)
    {
        if (line.Outcome == JournalOutcome.OperatorAction)
        {
            if (Actions.Count < Most) Actions.Add(line);
            return;
        }

        var name = line.Model ?? Unknown;
        if (Models.Count >= Most && !Models.ContainsKey(name)) name = Others;
        Models[name] = Models.GetValueOrDefault(name).With(line);
    }
}
