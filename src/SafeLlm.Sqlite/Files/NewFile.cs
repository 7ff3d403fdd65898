namespace SafeLlm.Sqlite.Files;

/// <summary>Makes a store file that only its owner can read: it holds keys, scopes and spending. SQLite gives the files beside it the same rights.</summary>
internal static class NewFile
{
    public static void Create(string path)
    {
        if (File.Exists(path))
        {
            return;
        }

        try
        {
            Open(path, FileMode.OpenOrCreate).Dispose();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw StoreFaults.CannotOpen(path, failure);
        }
    }

    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
