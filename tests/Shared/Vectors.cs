using System.Text.Json;

namespace SafeLlm.Tests;

/// <summary>The vectors of the repository.</summary>
internal static class Vectors
{
    /// <summary>A file under tests/vectors as JSON.</summary>
    public static JsonElement Read(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "SafeLlm.sln")))
        {
            folder = folder.Parent;
        }

        return JsonElement.Parse(File.ReadAllBytes(Path.Combine([folder.FullName, "tests", "vectors", .. parts])));
    }
}
