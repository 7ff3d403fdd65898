namespace SafeLlm.Sqlite.Tests;

/// <summary>A folder of its own for the files of a test.</summary>
internal sealed class StoreFolder : IDisposable
{
    private const string SharedMemory = "/dev/shm";
    private readonly string path;
    private int files;

    /// <param name="isFast">In memory where the system has files there: for tests of very many operations that do not test the disk.</param>
    public StoreFolder(bool isFast = false) =>
        path = isFast && Directory.Exists(SharedMemory)
            ? Directory.CreateDirectory($"{SharedMemory}/safellm-sqlite-{Guid.NewGuid():N}").FullName
            : Directory.CreateTempSubdirectory("safellm-sqlite-").FullName;

    public string File => Path("safellm.db");

    /// <summary>A file that no test has had yet.</summary>
    public string NewFile() => Path($"{Interlocked.Increment(ref files)}.db");

    public string Path(string name) => System.IO.Path.Combine(path, name);

    public void Dispose() => Directory.Delete(path, recursive: true);
}
