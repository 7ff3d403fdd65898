namespace SafeLlm.Cli.Tests.Scan;

/// <summary>A code base in a folder of its own, removed at the end.</summary>
internal sealed class CodeFolder : IDisposable
{
    public CodeFolder() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), "safellm-scan-" + Path.GetRandomFileName());

    public CodeFolder With(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return this;
    }

    public CodeFolder WithProject(string path, params string[] packages) => With(path, $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup><TargetFramework>net9.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
          <ItemGroup>{string.Concat(packages.Select(package => $"<PackageReference Include=\"{package.Split('/')[0]}\" Version=\"{package.Split('/')[1]}\" />"))}</ItemGroup>
        </Project>
        """);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
