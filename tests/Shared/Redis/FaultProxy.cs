using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SafeLlm.Redis.Tests;

/// <summary>
/// Stands between a node and its server and breaks connections on command: before a request goes on, behind it (so that it runs
/// and nobody hears of it), or not at all for a while. It can also be slow, and have every request arrive twice.
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
    private volatile bool isDouble;
    private volatile int delay;
    private long doubled;

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

    /// <summary>How many bytes of requests have arrived twice.</summary>
    public long Doubled => Interlocked.Read(ref doubled);

    /// <summary>Requests go on, answers are thrown away until the connection is reset: the node never hears what its request did.</summary>
    public void SwallowAnswers(bool swallow) => isMute = swallow;

    /// <summary>Requests are thrown away until the connection is reset.</summary>
    public void SwallowRequests(bool swallow) => isDeaf = swallow;

    /// <summary>Whether connections made from now on have a second one beside them, on which the server gets all requests again.</summary>
    public void DoubleRequests(bool twice) => isDouble = twice;

    /// <summary>How long everything takes on its way, either way.</summary>
    public void Delay(TimeSpan by) => delay = (int)by.TotalMilliseconds;

    /// <summary>Resets every connection.</summary>
    public void Reset()
    {
        foreach (var client in open.Keys)
        {
            try
            {
                // None any more where it has just been disposed.
                if (client.Client is { } socket) socket.LingerState = new LingerOption(true, 0);
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
        using var second = isDouble ? new TcpClient() : null;
        open[near] = 0;
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, server, stop.Token);
            if (second is not null)
            {
                await second.ConnectAsync(IPAddress.Loopback, server, stop.Token);
                _ = PumpAsync(second, null, () => true);
            }

            await Task.WhenAny(PumpAsync(near, far, () => isDeaf, second), PumpAsync(far, near, () => isMute));
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

    private async Task PumpAsync(TcpClient from, TcpClient? to, Func<bool> isSwallowed, TcpClient? second = null)
    {
        var buffer = new byte[16 << 10];

        // A connection that has lost a part of what it carries carries nothing more until it is reset: no network leaves a part out.
        var isLost = false;
        try
        {
            while (await from.GetStream().ReadAsync(buffer, stop.Token) is > 0 and var read)
            {
                isLost |= isSwallowed();
                if (isLost || to is null) continue;
                // The fault itself: between two real processes there is no clock but the machine's.
                if (delay > 0) await Task.Delay(delay, stop.Token);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), stop.Token);
                if (second is null) continue;
                await second.GetStream().WriteAsync(buffer.AsMemory(0, read), stop.Token);
                Interlocked.Add(ref doubled, read);
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Either end is gone.
        }
    }
}
