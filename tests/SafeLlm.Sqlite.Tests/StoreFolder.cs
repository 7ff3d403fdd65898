namespace SafeLlm.Sqlite.Tests;

/// <summary>A folder of its own for the files of a test.</summary>
internal sealed class StoreFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("safellm-sqlite-").FullName;

    public string File => Path("safellm.db");

    public string Path(string name) => System.IO.Path.Combine(path, name);

    public void Dispose() => Directory.Delete(path, recursive: true);
}
