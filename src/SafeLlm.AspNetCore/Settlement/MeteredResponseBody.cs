using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace SafeLlm.AspNetCore;

/// <summary>The answer's body with a meter in it.</summary>
internal sealed class MeteredResponseBody : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature inner;
    private readonly ResponseObserver observer;
    private Stream? stream;

    public MeteredResponseBody(IHttpResponseBodyFeature inner, ResponseObserver observer, CallSettlement settlement)
    {
        this.inner = inner;
        this.observer = observer;
        Writer = new MeteredPipeWriter(inner.Writer, observer, settlement);
    }

    public PipeWriter Writer { get; }

    public Stream Stream => stream ??= Writer.AsStream(leaveOpen: true);

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        // The last moment in which a length can be taken back that the answer will not have.
        observer.Begin();
        return inner.StartAsync(cancellationToken);
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public async Task CompleteAsync()
    {
        await FinishAsync();
        await inner.CompleteAsync();
    }

    /// <summary>Writes what a filter still held back.</summary>
    public async Task FinishAsync()
    {
        if (!observer.SawContent || !observer.IsFiltering) return;
        observer.Complete(inner.Writer);
        await inner.Writer.FlushAsync();
    }
}
