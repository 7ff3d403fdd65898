using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SafeLlm.Redis.Tests;

/// <summary>
/// Stands between a node and its server and breaks connections on command: before a request goes on, behind it (so that it runs
/// and nobody hears of it), or not at all for a while.
/// </summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<TcpClient, byte> open = new();
    private readonly int server;
    private readonly Task accepting;
    private volatile bool isDeaf;
    private volatile bool isMute;

    public FaultProxy(int server)
    {
        this.server = server;
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync();
    }

    public int Port { get; }

    /// <summary>How many connections were made through it.</summary>
    public int Connections { get; private set; }

    /// <summary>Requests go on, answers are thrown away: the node never hears what its request did.</summary>
    public void SwallowAnswers(bool swallow) => isMute = swallow;

    /// <summary>Requests are thrown away.</summary>
    public void SwallowRequests(bool swallow) => isDeaf = swallow;

    /// <summary>Resets every connection.</summary>
    public void Reset()
    {
        foreach (var client in open.Keys)
        {
            try
            {
                client.Client.LingerState = new LingerOption(true, 0);
                client.Close();
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // It ended by itself meanwhile.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        Reset();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync(stop.Token);
                Connections++;
                _ = ServeAsync(near);
            }
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Told to stop.
        }
    }

    private async Task ServeAsync(TcpClient near)
    {
        using var far = new TcpClient();
        open[near] = 0;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, server, stop.Token);
            await Task.WhenAny(PumpAsync(near, far, () => isDeaf), PumpAsync(far, near, () => isMute));
        }
        catch (SocketException)
        {
            // The server is down: so is the way to it.
        }
        finally
        {
            open.TryRemove(near, out _);
            near.Dispose();
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<bool> isSwallowed)
    {
        var buffer = new byte[16 << 10];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, stop.Token) is > 0 and var read)
            {
                if (!isSwallowed()) await to.GetStream().WriteAsync(buffer.AsMemory(0, read), stop.Token);
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Either end is gone.
        }
    }
}
