namespace SafeLlm.Sqlite.Crash;

/// <summary>What workers said that they were told.</summary>
internal sealed class Told
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, HashSet<string>> byWord = new(StringComparer.Ordinal);

    public void Add(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);

        // The last line of a killed process may be cut.
        if (space <= 0) return;
        lock (gate)
        {
            if (!byWord.TryGetValue(line[..space], out var ids)) byWord[line[..space]] = ids = new HashSet<string>(StringComparer.Ordinal);
            ids.Add(line[(space + 1)..]);
        }
    }

    public IReadOnlySet<string> Ids(string word)
    {
        lock (gate) return byWord.TryGetValue(word, out var ids) ? ids.ToHashSet(StringComparer.Ordinal) : new HashSet<string>(StringComparer.Ordinal);
    }
}
