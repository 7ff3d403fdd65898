using SafeLlm.Limits;

namespace SafeLlm.Dashboard;

/// <summary>What the attempts of one minute come to, by model.</summary>
internal sealed class ModelMinute
{
    /// <summary>Models beyond this many in a minute are added up under one name, so that a minute stays bounded.</summary>
    public const int Most = 100;

    public const string Others = "(others)";
    public const string Unknown = "(not known)";

    public Dictionary<string, ModelSpending> Models { get; } = new(StringComparer.Ordinal);

    public void Add(JournalEntry line)
    {
        var name = line.Model ?? Unknown;
        if (Models.Count >= Most && !Models.ContainsKey(name)) name = Others;
        Models[name] = Models.GetValueOrDefault(name).With(line);
    }
}
