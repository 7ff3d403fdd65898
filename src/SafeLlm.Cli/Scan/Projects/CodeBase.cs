namespace SafeLlm.Cli.Scan.Projects;

/// <summary>All projects under a folder, those that others refer to first.</summary>
internal sealed class CodeBase
{
    private static readonly string[] Skipped = ["bin", "obj", "node_modules", ".git", ".vs", "packages", "TestResults", "artifacts"];

    private CodeBase(IReadOnlyList<ScanProject> projects, IReadOnlyList<string> unreadable) => (Projects, Unreadable) = (projects, unreadable);

    public IReadOnlyList<ScanProject> Projects { get; }

    public IReadOnlyList<string> Unreadable { get; }

    public static CodeBase Read(string root)
    {
        var unreadable = new List<string>();
        var reader = new ProjectReader(root);
        var byFile = new Dictionary<string, ScanProject>(StringComparer.Ordinal);
        foreach (var file in Files(root, ".csproj").Order(StringComparer.Ordinal))
        {
            if (reader.Read(file) is { } project) byFile.Add(file, project);
            else unreadable.Add(file);
        }

        foreach (var project in byFile.Values) project.References.AddRange(reader.ReferencesOf(project).Select(path => byFile.GetValueOrDefault(path)).OfType<ScanProject>().Where(other => other != project));
        var projects = byFile.Values.ToList();
        Assign(root, projects, unreadable);
        return new CodeBase(Sorted(projects), unreadable);
    }

    /// <summary>Files whose name ends so, without what builds leave behind. Links are not followed: they may lead in circles.</summary>
    public static IEnumerable<string> Files(string folder, string ending)
    {
        var open = new Stack<string>([folder]);
        while (open.TryPop(out var next))
        {
            string[] files, folders;
            try
            {
                files = Directory.GetFiles(next);
                folders = Directory.GetDirectories(next);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            foreach (var file in files.Where(file => file.EndsWith(ending, StringComparison.OrdinalIgnoreCase))) yield return file;
            foreach (var inner in folders.Where(inner => !Skipped.Contains(Path.GetFileName(inner), StringComparer.OrdinalIgnoreCase) && !File.GetAttributes(inner).HasFlag(FileAttributes.ReparsePoint))) open.Push(inner);
        }
    }

    // A source belongs to the project nearest above it.
    private static void Assign(string root, List<ScanProject> projects, List<string> unreadable)
    {
        var byFolder = projects.ToLookup(project => project.Folder, StringComparer.Ordinal);
        var loose = new Dictionary<string, ScanProject>(StringComparer.Ordinal);
        foreach (var source in Files(root, ".cs").Order(StringComparer.Ordinal))
        {
            var folder = Path.GetDirectoryName(source);
            while (folder is not null && folder.Length >= root.Length && !byFolder.Contains(folder)) folder = Path.GetDirectoryName(folder);
            if (folder is not null && byFolder.Contains(folder))
            {
                foreach (var owner in byFolder[folder]) owner.Sources.Add(source);
                continue;
            }

            // Scripts and samples that no project holds are read folder by folder, so that their programs do not meet.
            var home = Path.GetDirectoryName(source)!;
            if (!loose.TryGetValue(home, out var project))
            {
                loose.Add(home, project = new ScanProject { Name = Path.GetFileName(home), Folder = home });
                project.Properties["ImplicitUsings"] = "enable";
                projects.Add(project);
            }

            project.Sources.Add(source);
        }

        foreach (var project in projects) unreadable.AddRange(project.Sources.Where(source => !File.Exists(source)));
    }

    private static List<ScanProject> Sorted(List<ScanProject> projects)
    {
        var sorted = new List<ScanProject>();
        var state = new Dictionary<ScanProject, bool>();
        foreach (var project in projects) Visit(project);
        return sorted;

        void Visit(ScanProject project)
        {
            // Projects that refer to each other in a circle do not build; here the later one goes without.
            if (!state.TryAdd(project, false)) return;
            foreach (var reference in project.References) Visit(reference);
            sorted.Add(project);
        }
    }
}
