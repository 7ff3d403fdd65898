using System.Diagnostics;

namespace SafeLlm.Sqlite.Tests.Files;

/// <summary>A file that this process cannot write, until it is disposed. Root writes whatever the rights say; the file is then made immutable.</summary>
internal sealed class ReadOnlyFile : IDisposable
{
    private readonly string path;

    private ReadOnlyFile(string path) => this.path = path;

    public static ReadOnlyFile Make(string path)
    {
        File.SetAttributes(path, File.GetAttributes(path) | FileAttributes.ReadOnly);
        if (CanWrite(path) && !Attribute("+i", path))
        {
            File.SetAttributes(path, FileAttributes.Normal);
            Assert.Skip("This account writes read-only files too, and cannot make one immutable.");
        }

        return new ReadOnlyFile(path);
    }

    public void Dispose()
    {
        _ = OperatingSystem.IsLinux() && Attribute("-i", path);
        File.SetAttributes(path, FileAttributes.Normal);
    }

    private static bool CanWrite(string path)
    {
        try
        {
            File.OpenWrite(path).Dispose();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Attribute(string change, string path)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("chattr") { ArgumentList = { change, path }, RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
