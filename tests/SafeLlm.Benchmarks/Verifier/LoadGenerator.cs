using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace SafeLlm.Benchmarks.Verifier;

/// <summary>Sends requests that were made before over kept connections, each as soon as the answer before it is there.</summary>
internal static class LoadGenerator
{
    private const int Connections = 16;

    /// <summary>Sends them all. Every answer must have a status that is expected: a refusal for another reason is another measurement.</summary>
    public static async Task SendAsync(int port, byte[][] requests, params int[] statuses)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPAddress.Loopback, port);
            var buffer = new byte[16 * 1024];
            for (var i = Interlocked.Increment(ref next); i < requests.Length; i = Interlocked.Increment(ref next))
            {
                await socket.SendAsync(requests[i]);
                await ReadAnswerAsync(socket, buffer, statuses);
            }
        })));
    }

    private static async ValueTask ReadAnswerAsync(Socket socket, byte[] buffer, int[] statuses)
    {
        var length = 0;
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0) throw new InvalidOperationException("The server closed the connection.");
            length += read;
            var head = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (head < 0) continue;
            if (length >= head + 4 + ContentLength(buffer.AsSpan(0, head)))
            {
                _ = Utf8Parser.TryParse(buffer.AsSpan(9, 3), out int got, out _);
                if (Array.IndexOf(statuses, got) < 0) throw new InvalidOperationException($"The answer is {got} and not {string.Join(" or ", statuses)}: {System.Text.Encoding.ASCII.GetString(buffer, 0, length)}");
                return;
            }
        }
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(head[(at + 16)..], out int length, out _) ? length : 0;
    }
}
