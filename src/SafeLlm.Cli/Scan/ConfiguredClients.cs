using SafeLlm.Analyzers.Files;
using SafeLlm.Cli.Scan.Projects;

namespace SafeLlm.Cli.Scan;

/// <summary>
/// A chat client that one project bounds may be called in another: projects that refer to each other share what they configure,
/// in either direction.
/// </summary>
internal sealed class ConfiguredClients
{
    private readonly HashSet<ScanProject> configuring = [];

    public void Add(ScanProject project, Surroundings surroundings)
    {
        if (surroundings.HasModelSdk && surroundings.ChatClientIsConfigured) configuring.Add(project);
    }

    public void Apply(ScanProject project, Surroundings surroundings)
    {
        if (configuring.Any(other => other != project && (other.Reaches(project) || project.Reaches(other)))) surroundings.ChatClientIsConfiguredElsewhere = true;
    }
}
