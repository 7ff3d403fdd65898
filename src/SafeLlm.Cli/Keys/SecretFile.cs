namespace SafeLlm.Cli.Keys;

/// <summary>Writes a secret so that no other account can read it, not even for a moment.</summary>
internal static class SecretFile
{
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static void Write(string path, string secret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(path, options);
        file.WriteLine(secret);
    }
}
