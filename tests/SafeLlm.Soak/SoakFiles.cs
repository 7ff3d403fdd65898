namespace SafeLlm.Soak;

/// <summary>Files for stores, one after the other: in memory where the system has files there, as a soak is no test of the disk. Old ones go.</summary>
internal static class SoakFiles
{
    private const string SharedMemory = "/dev/shm";
    private const int MostKept = 64;

    private static readonly Lock Gate = new();
    private static readonly Queue<string> Folders = new();

    static SoakFiles() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Keep(0);

    public static string Next()
    {
        var folder = Path.Combine(Directory.Exists(SharedMemory) ? SharedMemory : Path.GetTempPath(), "safellm-soak-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        lock (Gate) Folders.Enqueue(folder);
        Keep(MostKept);
        return Path.Combine(folder, "safellm.db");
    }

    private static void Keep(int most)
    {
        lock (Gate)
        {
            while (Folders.Count > most) Directory.Delete(Folders.Dequeue(), recursive: true);
        }
    }
}
