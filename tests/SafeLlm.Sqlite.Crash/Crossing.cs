using System.Diagnostics;
using SafeLlm.Sqlite.Gate;

namespace SafeLlm.Sqlite.Crash;

/// <summary>
/// Two processes with two files: each holds a byte of one and waits for the other's, on threads of their own. Where the system
/// thinks of locks as its processes', it sees a deadlock in that, and there is none.
/// </summary>
public static class Crossing
{
    private const long Byte = 100;

    /// <summary>Crosses so often. An <see cref="IOException"/> where one of the two was refused its lock.</summary>
    public static async Task CrossAsync(string path, int rounds)
    {
        using var ours = Open(path, "ours");
        using var theirs = Open(path, "theirs");
        var (first, second) = (IByteLocks.Of(ours.SafeFileHandle)!, IByteLocks.Of(theirs.SafeFileHandle)!);
        using var other = Process.Start(new ProcessStartInfo("dotnet")
        {
            ArgumentList = { typeof(Crossing).Assembly.Location, "cross", path },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            for (var i = 0; i < rounds; i++)
            {
                first.Lock(Byte);
                await ExpectAsync(other, "holds");
                var waiting = WaitAsync(second);
                await other.StandardInput.WriteLineAsync();
                await ExpectAsync(other, "waits");
                first.Unlock(Byte);
                await ExpectAsync(other, "had");
                await waiting;
                second.Unlock(Byte);
                await other.StandardInput.WriteLineAsync();
            }
        }
        finally
        {
            other.Kill();
        }
    }

    /// <summary>The other process.</summary>
    internal static async Task RunAsync(string path)
    {
        using var theirs = Open(path, "ours");
        using var ours = Open(path, "theirs");
        var (first, second) = (IByteLocks.Of(theirs.SafeFileHandle)!, IByteLocks.Of(ours.SafeFileHandle)!);
        do
        {
            second.Lock(Byte);
            Console.WriteLine("holds");
            _ = Console.ReadLine();
            Console.WriteLine("waits");
            try
            {
                await WaitAsync(first);
                Console.WriteLine("had");
            }
            catch (IOException refused)
            {
                Console.WriteLine(refused.Message);
            }

            first.Unlock(Byte);
            second.Unlock(Byte);
        }
        while (Console.ReadLine() is not null);
    }

    private static FileStream Open(string path, string name) => new(Path.Combine(path, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);

    private static Task WaitAsync(IByteLocks locks) => Task.Factory.StartNew(() => locks.Lock(Byte), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task ExpectAsync(Process other, string word)
    {
        if (await other.StandardOutput.ReadLineAsync() is var said && said != word) throw new IOException($"The other process should say \"{word}\" and said: {said}");
    }
}
