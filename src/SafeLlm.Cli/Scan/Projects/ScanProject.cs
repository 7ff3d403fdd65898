namespace SafeLlm.Cli.Scan.Projects;

/// <summary>One project as its file describes it, or the sources of a folder that has none.</summary>
internal sealed class ScanProject
{
    public required string Name { get; init; }

    public required string Folder { get; init; }

    /// <summary>The project file's path; null for sources without one.</summary>
    public string? File { get; init; }

    public List<string> Sources { get; } = [];

    public List<ScanProject> References { get; } = [];

    /// <summary>Packages by name, with the version that is asked for; empty where it is not told.</summary>
    public Dictionary<string, string> Packages { get; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, string> Properties { get; } = new(StringComparer.OrdinalIgnoreCase);

    public List<string> Usings { get; } = [];

    public string Sdk { get; init; } = "";

    /// <summary>This project and all that it refers to, directly or through others.</summary>
    public IEnumerable<ScanProject> Closure()
    {
        var seen = new HashSet<ScanProject>();
        var open = new Queue<ScanProject>([this]);
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next)) continue;
            yield return next;
            foreach (var reference in next.References) open.Enqueue(reference);
        }
    }

    /// <summary>Whether this project refers to another, directly or through others.</summary>
    public bool Reaches(ScanProject other) => Closure().Skip(1).Contains(other);

    /// <summary>The packages of this project and of all that it refers to.</summary>
    public IEnumerable<KeyValuePair<string, string>> AllPackages() => Closure().SelectMany(project => project.Packages);
}
