using System.Diagnostics;

namespace SafeLlm.Redis.Tests;

/// <summary>A node as a child process.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>The secret of the key that gateway nodes know: random bytes of the tests' own.</summary>
    public static string Secret { get; } = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    private readonly Process process;

    private NodeProcess(Process process) => this.process = process;

    public static NodeProcess Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "SafeLlm.Redis.Node.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["NODE_SIGNING_SECRET"] = Secret;
        return new NodeProcess(Process.Start(start)!);
    }

    /// <summary>Starts a gateway and waits for its address.</summary>
    public static async Task<(NodeProcess Node, Uri Address)> StartGatewayAsync(string servers, string ledger, Uri provider)
    {
        var node = Start("gateway", servers, ledger, provider.ToString());
        var address = await node.ReadLineAsync() ?? throw new InvalidOperationException("The gateway node ended before it listened.");
        return (node, new Uri(address));
    }

    public Task<string?> ReadLineAsync() => process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>Lets it finish what it has under way and end.</summary>
    public async Task DrainAsync()
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        process.Dispose();
    }
}
