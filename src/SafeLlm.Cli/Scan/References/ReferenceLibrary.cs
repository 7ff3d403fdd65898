using System.Collections.Concurrent;
using System.Reflection.PortableExecutable;
using Microsoft.CodeAnalysis;
using SafeLlm.Cli.Scan.Projects;

namespace SafeLlm.Cli.Scan.References;

/// <summary>
/// The assemblies that a project is bound against: what was restored for it, else the framework that this tool runs on and the SDKs
/// that came with the tool.
/// </summary>
internal sealed class ReferenceLibrary
{
    private static readonly string[] Sdks = ["openai", "azure.ai.openai", "betalgo", "microsoft.extensions.ai", "microsoft.semantickernel", "ollamasharp", "anthropic", "azure.ai.inference", "microsoft.agents"];

    private readonly ConcurrentDictionary<string, MetadataReference> byPath = new(StringComparer.Ordinal);
    private readonly Lazy<IReadOnlyList<MetadataReference>> framework;
    private readonly SortedDictionary<string, string> shipped = new(StringComparer.OrdinalIgnoreCase);
    private readonly StubLibrary stubs;

    public ReferenceLibrary()
    {
        framework = new(() => [.. FrameworkFolders().SelectMany(folder => Directory.EnumerateFiles(folder, "*.dll")).Where(IsManaged).Select(Of)]);
        var folder = Path.Combine(AppContext.BaseDirectory, "references");
        if (Directory.Exists(folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.dll")) shipped.Add(Path.GetFileNameWithoutExtension(file), file);
        }

        stubs = new StubLibrary(() => [.. framework.Value, .. shipped.Values.Select(Of)]);
    }

    public IReadOnlyList<MetadataReference> For(ScanProject project, HashSet<string> projectNames, HashSet<string> missing)
    {
        if (RestoredAssets.Of(project) is { } restored)
        {
            var names = restored.Select(Path.GetFileNameWithoutExtension).ToHashSet(StringComparer.OrdinalIgnoreCase);
            return [.. framework.Value.Where(one => !names.Contains(Path.GetFileNameWithoutExtension(one.Display))), .. restored.Where(file => !projectNames.Contains(Path.GetFileNameWithoutExtension(file))).Select(Of)];
        }

        var packages = project.AllPackages().GroupBy(pair => pair.Key, StringComparer.OrdinalIgnoreCase).ToDictionary(group => group.Key, group => group.First().Value, StringComparer.OrdinalIgnoreCase);
        var generation = SdkGeneration.Of(packages);
        foreach (var package in packages.Keys.Where(name => Sdks.Any(sdk => name.Contains(sdk, StringComparison.OrdinalIgnoreCase)) && !shipped.ContainsKey(name) && !generation.Knows(name))) missing.Add(package);

        var chosen = shipped.Where(pair => !projectNames.Contains(pair.Key) && !generation.Excludes(pair.Key)).Select(pair => Of(pair.Value));
        return [.. framework.Value, .. chosen, .. generation.Stubs.Where(stub => !projectNames.Contains(stub)).Select(stubs.Get).OfType<MetadataReference>()];
    }

    private MetadataReference Of(string path) => byPath.GetOrAdd(path, file => MetadataReference.CreateFromFile(file));

    private static IEnumerable<string> FrameworkFolders()
    {
        var own = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        yield return own;
        var all = Path.Combine(own, "..", "..", "Microsoft.AspNetCore.App");
        if (!Directory.Exists(all)) yield break;
        var same = Path.Combine(all, Path.GetFileName(own));
        yield return Directory.Exists(same) ? same : Directory.GetDirectories(all).Order(StringComparer.Ordinal).Last();
    }

    private static bool IsManaged(string file)
    {
        using var stream = File.OpenRead(file);
        using var reader = new PEReader(stream);
        return reader.HasMetadata;
    }
}
