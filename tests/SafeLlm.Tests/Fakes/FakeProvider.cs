using System.Collections.Concurrent;
using System.Text;

namespace SafeLlm.Tests.Fakes;

/// <summary>A provider at the end of the handlers: answers by script, and keeps what it received.</summary>
internal sealed class FakeProvider : HttpMessageHandler
{
    private readonly ConcurrentQueue<Func<Received, CancellationToken, Task<HttpResponseMessage>>> script = new();

    private int silent;

    /// <summary>How many requests it took and does not answer for now.</summary>
    public int Silent => Volatile.Read(ref silent);

    /// <summary>What came, in order.</summary>
    public List<Received> Requests { get; } = [];

    /// <summary>What answers once the script is used up.</summary>
    public Func<Received, HttpResponseMessage> Otherwise { get; set; } = _ => Answers.Whole("Hello!", 10, 5);

    public FakeProvider Then(HttpResponseMessage response) => Then((_, _) => Task.FromResult(response));

    public FakeProvider Then(Exception failure) => Then((_, _) => Task.FromException<HttpResponseMessage>(failure));

    public FakeProvider Then(Func<Received, CancellationToken, Task<HttpResponseMessage>> step)
    {
        script.Enqueue(step);
        return this;
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : Encoding.UTF8.GetString(await request.Content.ReadAsByteArrayAsync(cancellationToken));
        var received = new Received(request, body);
        lock (Requests) Requests.Add(received);
        if (!script.TryDequeue(out var step)) return Otherwise(received);

        var answering = step(received, cancellationToken);
        if (answering.IsCompleted) return await answering;
        Interlocked.Increment(ref silent);
        var ended = 0;
        void End()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0) Interlocked.Decrement(ref silent);
        }

        // Whoever moves the clock while something is awaited stops at the moment of the cancellation, not when its thread gets round to it.
        using var cancelled = cancellationToken.UnsafeRegister(_ => End(), null);
        try
        {
            return await answering;
        }
        finally
        {
            End();
        }
    }
}
