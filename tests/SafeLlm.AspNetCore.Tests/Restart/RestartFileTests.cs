using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.AspNetCore.Tests;

public sealed class RestartFileTests : IDisposable
{
    private static readonly DateTimeOffset Now = VerifierHost.Start;

    private readonly string folder = Directory.CreateTempSubdirectory("safellm-restart-").FullName;
    private readonly FakeTimeProvider time = new(Now);

    private string Path => System.IO.Path.Combine(folder, "state");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void NewFile_RefusesWhatTheFallbackSays()
    {
        using var file = Open(out var until);
        Assert.Equal(Now.AddSeconds(30), until);
    }

    [Fact]
    public void Crash_RefusesUpToTheMarkAndNotBeyond()
    {
        Open(out _).Dispose();
        using (var file = Open(out _))
        {
            Assert.True(file.TryRaise(Now.AddSeconds(100)));
        }

        using var next = Open(out var until);
        Assert.Equal(Now.AddSeconds(102), until);
    }

    [Fact]
    public void Mark_IsRaisedAheadSoThatMostRequestsWriteNothing()
    {
        using var file = Open(out _);
        Assert.True(file.TryRaise(Now.AddSeconds(100)));
        var written = File.GetLastWriteTimeUtc(Path);
        for (var second = 0; second <= 102; second++) Assert.True(file.TryRaise(Now.AddSeconds(second)));
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path));
        Assert.True(file.TryRaise(Now.AddSeconds(103)));
        Assert.NotEqual(written, File.GetLastWriteTimeUtc(Path));
    }

    [Fact]
    public async Task OrderlyStop_KeepsTheNoncesAndRefusesNothing()
    {
        var nonces = new InMemoryNonceStore(time);
        var claim = new NonceClaim("k", "nonce-000000000001", Now.AddSeconds(300));
        Assert.Equal(NonceOutcome.Claimed, await nonces.ClaimAsync(claim, TestContext.Current.CancellationToken));
        using (var file = RestartFile.Open(Path, nonces, Now, out _))
        {
            Assert.True(file.TryRaise(Now));
            file.Save();
            Assert.False(file.TryRaise(Now));
            // Whoever raised the mark before and claims behind it would be unknown to the next start.
            Assert.Equal(NonceOutcome.Full, await nonces.ClaimAsync(claim with { Nonce = "nonce-000000000009" }, TestContext.Current.CancellationToken));
            Assert.Equal(NonceOutcome.Replayed, await nonces.ClaimAsync(claim, TestContext.Current.CancellationToken));
        }

        var after = new InMemoryNonceStore(time);
        using var next = RestartFile.Open(Path, after, Now.AddSeconds(30), out var until);
        // The first start of all refused up to then, as nobody could tell what was before it.
        Assert.Equal(Now, until);
        Assert.Equal(NonceOutcome.Replayed, await after.ClaimAsync(claim, TestContext.Current.CancellationToken));
        Assert.Equal(NonceOutcome.Claimed, await after.ClaimAsync(claim with { Nonce = "nonce-000000000002" }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void CrashAfterAnOrderlyStopWasTakenIn_RefusesUpToTheMark()
    {
        using (var file = Open(out _))
        {
            Assert.True(file.TryRaise(Now.AddSeconds(100)));
            file.Save();
        }

        Open(out var first).Dispose();
        using var next = Open(out var until);
        Assert.Equal(Now.AddSeconds(30), first);
        Assert.Equal(Now.AddSeconds(102), until);
    }

    [Fact]
    public void OrderlyStopAfterACrash_StillRefusesWhatTheCrashForgot()
    {
        using (var crashed = Open(out _)) Assert.True(crashed.TryRaise(Now.AddSeconds(100)));
        using (var second = Open(out var refused))
        {
            Assert.Equal(Now.AddSeconds(102), refused);
            second.Save();
        }

        using var third = Open(out var until);
        Assert.Equal(Now.AddSeconds(102), until);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(12)]
    [InlineData(8)]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(60)]
    public async Task File_ThatWasChanged_IsNotTrusted(int place)
    {
        var nonces = new InMemoryNonceStore(time);
        await nonces.ClaimAsync(new NonceClaim("k", "nonce-000000000001", Now.AddSeconds(300)), TestContext.Current.CancellationToken);
        using (var file = RestartFile.Open(Path, nonces, Now, out _)) file.Save();
        var bytes = Read();
        bytes[place] ^= 1;
        await File.WriteAllBytesAsync(Path, bytes, TestContext.Current.CancellationToken);

        using var next = Open(out var until);
        Assert.Equal(Now.AddSeconds(30), until);
    }

    [Fact]
    public void File_OfAnotherProcess_IsRefusedAndSaysWhatToDo()
    {
        using var file = Open(out _);
        var error = Assert.Throws<IOException>(() => Open(out _));
        Assert.Contains("One process uses one state file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_AreReadableByTheirOwnerOnly()
    {
        using var file = Open(out _);
        if (OperatingSystem.IsWindows()) return;
        foreach (var path in (string[])[Path, Path + ".key"]) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    private RestartFile Open(out DateTimeOffset? until) => RestartFile.Open(Path, new InMemoryNonceStore(time), Now.AddSeconds(30), out until);

    private byte[] Read()
    {
        using var stream = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
