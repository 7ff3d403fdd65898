namespace SafeLlm.Tests;

/// <summary>The data that lies beside the checkout and is not committed.</summary>
internal static class SharedData
{
    /// <summary>The path of a file in the shared folder. Skips the test where it is absent, unless on CI, where it must be there.</summary>
    public static string Path(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "SafeLlm.sln")))
        {
            folder = folder.Parent;
        }

        var path = System.IO.Path.Combine([folder?.Parent?.FullName ?? "", "shared", .. parts]);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            var message = $"There is no {path}: the data beside the checkout is absent.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                throw new FileNotFoundException(message, path);
            }

            Assert.Skip(message);
        }

        return path;
    }
}
