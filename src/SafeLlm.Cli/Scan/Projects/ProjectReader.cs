using System.Xml;
using System.Xml.Linq;

namespace SafeLlm.Cli.Scan.Projects;

/// <summary>
/// Reads what a scan needs from project files, without MSBuild: conditions are taken as true, and properties come from the project and
/// from the Directory.Build.props and Directory.Packages.props above it.
/// </summary>
internal sealed class ProjectReader(string root)
{
    private readonly Dictionary<string, XDocument?> documents = new(StringComparer.Ordinal);

    /// <summary>The project, or null where its file is no XML.</summary>
    public ScanProject? Read(string file)
    {
        if (Load(file) is not { Root: { } xml }) return null;
        var folder = Path.GetDirectoryName(file)!;
        var project = new ScanProject
        {
            Name = Path.GetFileNameWithoutExtension(file),
            Folder = folder,
            File = file,
            Sdk = (string?)xml.Attribute("Sdk") ?? "",
        };
        var shared = Above(folder, "Directory.Build.props").Concat(Above(folder, "Directory.Packages.props")).ToList();
        foreach (var document in shared.Append(xml))
        {
            foreach (var property in Named(document, "PropertyGroup").Elements()) project.Properties[property.Name.LocalName] = property.Value.Trim();
            foreach (var item in Named(document, "Using").Where(item => item.Attribute("Include") is not null && item.Attribute("Alias") is null && item.Attribute("Static") is null)) project.Usings.Add(item.Attribute("Include")!.Value);
            foreach (var item in Named(document, "PackageReference")) Package(project, item);
        }

        foreach (var version in shared.SelectMany(document => Named(document, "PackageVersion")))
        {
            var name = (string?)version.Attribute("Include") ?? "";
            if (project.Packages.TryGetValue(name, out var known) && known.Length == 0) project.Packages[name] = Expand(project, (string?)version.Attribute("Version") ?? "");
        }

        // Projects of the old kind name their packages in a file of its own.
        if (Load(Path.Combine(folder, "packages.config")) is { Root: { } old })
        {
            foreach (var package in Named(old, "package")) project.Packages.TryAdd((string?)package.Attribute("id") ?? "", (string?)package.Attribute("version") ?? "");
        }

        Linked(project, xml);
        return project;
    }

    public IEnumerable<string> ReferencesOf(ScanProject project) =>
        project.File is { } file && Load(file) is { Root: { } xml }
            ? Named(xml, "ProjectReference").Select(item => (string?)item.Attribute("Include")).OfType<string>().Select(path => Full(project.Folder, path))
            : [];

    private static void Package(ScanProject project, XElement item)
    {
        if ((string?)item.Attribute("Include") is not { Length: > 0 } name) return;
        project.Packages[name] = Expand(project, (string?)item.Attribute("Version") ?? item.Elements().FirstOrDefault(child => child.Name.LocalName == "Version")?.Value ?? project.Packages.GetValueOrDefault(name, ""));
    }

    private static string Expand(ScanProject project, string value) =>
        value.StartsWith("$(", StringComparison.Ordinal) && value.EndsWith(')') && project.Properties.TryGetValue(value[2..^1], out var known) ? known : value;

    // Sources from elsewhere: <Compile Include="../Shared/**/*.cs" />.
    private void Linked(ScanProject project, XElement xml)
    {
        foreach (var include in Named(xml, "Compile").Select(item => (string?)item.Attribute("Include")).OfType<string>().SelectMany(value => value.Split(';')))
        {
            if (!include.StartsWith("..", StringComparison.Ordinal) || include.Contains('$', StringComparison.Ordinal)) continue;
            var path = include.Replace('\\', '/');
            var star = path.IndexOf('*', StringComparison.Ordinal);
            var full = Full(project.Folder, star < 0 ? path : path[..path.LastIndexOf('/', star)]);
            if (!full.StartsWith(root, StringComparison.Ordinal)) continue;
            if (star >= 0 && Directory.Exists(full)) project.Sources.AddRange(CodeBase.Files(full, ".cs").Where(file => path.Contains("**", StringComparison.Ordinal) || Path.GetDirectoryName(file) == full));
            else if (star < 0 && System.IO.File.Exists(full)) project.Sources.Add(full);
        }
    }

    private IEnumerable<XElement> Above(string folder, string name)
    {
        for (var current = folder; current is not null && current.Length >= root.Length; current = Path.GetDirectoryName(current))
        {
            if (Load(Path.Combine(current, name)) is { Root: { } found }) yield return found;
        }
    }

    private static IEnumerable<XElement> Named(XElement xml, string name) => xml.Descendants().Where(element => element.Name.LocalName == name);

    private static string Full(string folder, string path) => Path.GetFullPath(Path.Combine(folder, path.Replace('\\', '/')));

    private XDocument? Load(string file)
    {
        if (documents.TryGetValue(file, out var known)) return known;
        XDocument? document = null;
        try
        {
            if (System.IO.File.Exists(file)) document = XDocument.Load(file);
        }
        catch (Exception failure) when (failure is XmlException or IOException or UnauthorizedAccessException)
        {
            // The caller tells that the file could not be read.
        }

        return documents[file] = document;
    }
}
