using System.Diagnostics;

namespace SafeLlm.Benchmarks;

/// <summary>A <see cref="CannedProvider"/> in a process of its own, where the CPU of the caller alone is measured.</summary>
internal sealed class ChildProvider : IAsyncDisposable
{
    public const string Argument = "canned-provider";

    private readonly Process process;

    private ChildProvider(Process process, Uri root)
    {
        this.process = process;
        Root = root;
    }

    public Uri Root { get; }

    public static async Task<ChildProvider> StartAsync()
    {
        var process = Process.Start(OwnProgram.With(Argument))!;
        return new ChildProvider(process, new Uri(await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The provider did not start.")));
    }

    /// <summary>The child's side: serves until its standard input ends.</summary>
    public static async Task<int> ServeAsync()
    {
        await using var provider = await CannedProvider.StartAsync();
        await Console.Out.WriteLineAsync(provider.Root.AbsoluteUri);
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
