using System.Collections.Concurrent;
using SafeLlm.Alerts;

namespace SafeLlm.Tests.Alerts;

/// <summary>Keeps what it is sent; fails or hangs when a test says so.</summary>
internal sealed class FakeAlertSink : IAlertSink
{
    private readonly ConcurrentQueue<string> ids = new();
    private int asked;

    public int Failing { get; set; }

    public bool Hangs { get; init; }

    public int Asked => asked;

    public SemaphoreSlim WasAsked { get; } = new(0);

    public IReadOnlyList<string> Ids => [.. ids];

    public async ValueTask SendAsync(Alert alert, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref asked);
        if (Hangs)
        {
            WasAsked.Release();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        if (Failing-- > 0) throw new IOException("The pager does not answer.");
        ids.Enqueue(alert.Id);
        WasAsked.Release();
    }
}
