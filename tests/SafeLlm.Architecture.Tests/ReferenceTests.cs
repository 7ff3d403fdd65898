namespace SafeLlm.Architecture.Tests;

public sealed class ReferenceTests
{
    /// <summary>What each shipped project may reference of its siblings: design §3, the triangle.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["SafeLlm.Core"] = [],
        ["SafeLlm"] = ["SafeLlm.Core"],
        ["SafeLlm.AspNetCore"] = ["SafeLlm.Core"],
        ["SafeLlm.Dashboard"] = ["SafeLlm.AspNetCore"],
        ["SafeLlm.Sqlite"] = ["SafeLlm.Core"],
        ["SafeLlm.Redis"] = ["SafeLlm.Core"],
        ["SafeLlm.Signing.Ed25519"] = ["SafeLlm.Core"],
        ["SafeLlm.RateLimiting"] = ["SafeLlm.Core"],
        ["SafeLlm.Extensions.AI"] = ["SafeLlm"],
        ["SafeLlm.Testing"] = ["SafeLlm.Core"],
        ["SafeLlm.Cli"] = ["SafeLlm.Core", "SafeLlm.Sqlite", "SafeLlm.Redis", "SafeLlm.Signing.Ed25519", "SafeLlm.Analyzers"],
    };

    public static TheoryData<string> ShippedProjects => [.. Repository.Projects("src").Select(project => Path.GetFileNameWithoutExtension(project))];

    [Theory]
    [MemberData(nameof(ShippedProjects))]
    public void Project_ReferencesSiblings_OnlyAlongTheTriangle(string name)
    {
        var project = Repository.Projects("src").Single(path => Path.GetFileNameWithoutExtension(path) == name);

        Assert.True(Allowed.TryGetValue(name, out var allowed), $"{name} is a new project: say here what it may reference, and in its csproj why it is one.");
        Assert.Subset(allowed.ToHashSet(), Repository.References(project).ToHashSet());
    }

    [Fact]
    public void Core_ReferencesAssemblies_OnlyOfTheFrameworkAndTheTokenizers()
    {
        var foreign = typeof(Refusal).Assembly.GetReferencedAssemblies()
            .Select(reference => reference.Name!)
            .Where(name => !IsFramework(name) && !name.StartsWith("Microsoft.ML.Tokenizers", StringComparison.Ordinal));

        Assert.Empty(foreign);
    }

    [Fact]
    public void Server_ReferencesAssemblies_NeverTheClient() =>
        Assert.DoesNotContain(
            typeof(AspNetCore.SafeLlmVerifierOptions).Assembly.GetReferencedAssemblies(),
            reference => reference.Name == "SafeLlm");

    [Fact]
    public void Client_ReferencesAssemblies_NeverAspNetCore() =>
        Assert.DoesNotContain(
            typeof(SafeLlmClient).Assembly.GetReferencedAssemblies(),
            reference => reference.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));
}
