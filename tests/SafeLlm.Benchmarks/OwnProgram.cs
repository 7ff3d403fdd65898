using System.Diagnostics;

namespace SafeLlm.Benchmarks;

/// <summary>This program once more, as a child with a task of its own.</summary>
internal static class OwnProgram
{
    /// <summary>How to start it, its input and output in the parent's hands.</summary>
    public static ProcessStartInfo With(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Run by the host itself, the program is its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(OwnProgram).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }
}
