using System.Text.Json;
using SafeLlm.Cli.Scan.Projects;

namespace SafeLlm.Cli.Scan.References;

/// <summary>The assemblies that a restore chose for a project.</summary>
internal static class RestoredAssets
{
    /// <summary>Their paths; null where the project was not restored, or its packages are no longer there.</summary>
    public static IReadOnlyList<string>? Of(ScanProject project)
    {
        var path = Path.Combine(project.Folder, "obj", "project.assets.json");
        if (project.File is null || !File.Exists(path)) return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return Read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static List<string>? Read(JsonElement assets)
    {
        var folders = assets.GetProperty("packageFolders").EnumerateObject().Select(folder => folder.Name).ToList();
        var libraries = assets.GetProperty("libraries");
        var files = new List<string>();
        foreach (var library in assets.GetProperty("targets").EnumerateObject().First().Value.EnumerateObject())
        {
            if (!library.Value.TryGetProperty("compile", out var compile) || !libraries.TryGetProperty(library.Name, out var about) || !about.TryGetProperty("path", out var package)) continue;
            foreach (var asset in compile.EnumerateObject().Select(one => one.Name).Where(name => name.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)))
            {
                if (folders.Select(folder => Path.Combine(folder, package.GetString()!, asset)).FirstOrDefault(File.Exists) is not { } found) return null;
                files.Add(found);
            }
        }

        return files;
    }
}
