namespace SafeLlm.EndToEnd.Tests;

/// <summary>
/// A single node that keeps its nonces in memory is killed, or stopped, between a request that it accepted and a copy of it (signing
/// profile, C; attack 27).
/// </summary>
public sealed class RestartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("safellm-restart-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Attack27_CopySentAfterKill9_IsNotAccepted_AndWhatIsSignedLaterIs()
    {
        (byte[], Signing.SignatureHeaders) accepted, unused;
        int port;
        await using (var first = await GatewayProcess.StartAsync(folder))
        {
            // The very first start cannot tell what was before it, and takes what is signed 30 seconds after it.
            accepted = first.Sign(ahead: TimeSpan.FromSeconds(31));
            unused = first.Sign(ahead: TimeSpan.FromSeconds(31));
            port = first.Address.Port;
            Assert.Equal((503, "restart_window"), await first.SendAsync(first.Sign()));
            (int Status, string? Code) answer;
            // Too far ahead of the clock for a second, then taken.
            do answer = await first.SendAsync(accepted);
            while (answer.Code == "signature_not_yet_valid");
            Assert.Equal((200, null), answer);
            Assert.Equal((401, "signature_replayed"), await first.SendAsync(accepted));
            await first.KillAsync();
        }

        await using var second = await GatewayProcess.StartAsync(folder, port);
        Assert.Equal((503, "restart_window"), await second.SendAsync(accepted));
        // It could not be told from one that was accepted in the last moment.
        Assert.Equal((503, "restart_window"), await second.SendAsync(unused));
        (int Status, string? Code) later;
        do later = await second.SendAsync(second.Sign(ahead: TimeSpan.FromSeconds(29)));
        while (later.Code == "restart_window");
        Assert.Equal((200, null), later);
    }

    [Fact]
    public async Task Attack27_CopySentAfterAnOrderlyStop_IsReplayed_AndNobodyElseWaits()
    {
        (byte[], Signing.SignatureHeaders) accepted, unused;
        int port;
        await using (var first = await GatewayProcess.StartAsync(folder))
        {
            port = first.Address.Port;
            accepted = first.Sign(ahead: TimeSpan.FromSeconds(31));
            unused = first.Sign();
            (int Status, string? Code) answer;
            do answer = await first.SendAsync(accepted);
            while (answer.Code == "signature_not_yet_valid");
            Assert.Equal((200, null), answer);
            await first.StopAsync();
        }

        await using var second = await GatewayProcess.StartAsync(folder, port);
        Assert.Equal((401, "signature_replayed"), await second.SendAsync(accepted));
        // The first could not tell whether it was used before it, and so can nobody after it.
        Assert.Equal((503, "restart_window"), await second.SendAsync(unused));
        (int Status, string? Code) later;
        do later = await second.SendAsync(second.Sign(ahead: TimeSpan.FromSeconds(29)));
        while (later.Code == "restart_window");
        Assert.Equal((200, null), later);
    }
}
