using System.Net.Sockets;
using System.Text;

namespace SafeLlm.AspNetCore.Tests;

/// <summary>One connection, byte by byte.</summary>
internal sealed class RawExchange(Socket socket) : IDisposable
{
    private readonly StringBuilder received = new();
    private readonly byte[] buffer = new byte[16 * 1024];

    public string Received => received.ToString();

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text), TestContext.Current.CancellationToken);

    public async Task SendAsync(byte[] bytes) => await socket.SendAsync(bytes, TestContext.Current.CancellationToken);

    /// <summary>Reads until the text has come, or the other side has closed.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (!Received.Contains(text, StringComparison.Ordinal))
        {
            var read = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (read == 0) break;
            received.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return Received;
    }

    /// <summary>Breaks the connection off, without the courtesies.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();
}
