using System.IO.Compression;
using System.Net;
using SafeLlm.Formats;
using SafeLlm.Holds;
using SafeLlm.Pipeline;

namespace SafeLlm.Metering;

/// <summary>An answer's content: passes on what comes, has it metered, and closes the attempt's hold when it ends.</summary>
internal sealed class MeteredContent : HttpContent
{
    private readonly MeteringStream stream;
    private readonly long? length;

    private MeteredContent(HttpContent original, MeteringStream stream, bool isUnchanged, bool isDecoded)
    {
        this.stream = stream;
        var hasLength = false;
        foreach (var header in original.Headers.NonValidated)
        {
            var isLength = header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);
            if (!isUnchanged && isLength) continue;
            hasLength |= isLength;
            if (isDecoded && header.Key.Equals("Content-Encoding", StringComparison.OrdinalIgnoreCase)) continue;
            foreach (var value in header.Value) Headers.TryAddWithoutValidation(header.Key, value);
        }

        // A header says it by itself, once somebody asks; only content that was made here knows it without one.
        length = isUnchanged && !hasLength ? original.Headers.ContentLength : null;
    }

    /// <summary>Puts the meter between the response and its reader. From here on the content owns the call's clock.</summary>
    /// <param name="runtime">The client's.</param>
    /// <param name="call">The call that is answered.</param>
    /// <param name="response">The answer.</param>
    /// <param name="stream">Its content.</param>
    /// <param name="hold">The attempt's hold, closed when the content ends.</param>
    public static void Attach(ClientRuntime runtime, Call call, HttpResponseMessage response, Stream stream, AttemptHold hold)
    {
        var original = response.Content;
        var head = ResponseHeads.Of(response);
        var (filter, decoded) = FilterFor(runtime, call, head, stream);
        // In shadow mode answers pass as they come.
        var canCut = !runtime.Settings.Shadow && (head.ContentEncoding is null || decoded is not null);
        var cut = canCut ? StreamCut.For(call.Facts!, head.ContentType) : null;
        var meter = call.Facts!.Format.CreateMeter(call.Facts, decoded is null ? head : head with { ContentEncoding = null });
        var drain = runtime.Settings.OnMissingUsage == OnMissingUsage.Drain
            ? new Drain(runtime.Settings.DrainTimeout, runtime.Time, runtime.Logger, call.Id)
            : null;
        var source = new AnswerSource(original, decoded ?? stream, meter, filter, cut);
        var metering = new MeteringStream(source, hold, call.Clock!, drain);
        response.Content = new MeteredContent(original, metering, !source.ChangesBytes, decoded is not null);
        call.Clock!.LetGoOfCaller();
        call.Clock = null;
        // A store ends what nobody closes with its lease, and charges the same. To be called by the clock costs every call an object.
        if (call.Scope is not null) metering.EndInTime();
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult<Stream>(stream);

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => stream;

    protected override void SerializeToStream(Stream stream, TransportContext? context, CancellationToken cancellationToken) => this.stream.CopyTo(stream);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) => this.stream.CopyToAsync(stream, cancellationToken);

    protected override bool TryComputeLength(out long length)
    {
        length = this.length ?? 0;
        return this.length is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) stream.Dispose();
        base.Dispose(disposing);
    }

    // What only we asked for is taken out again; in a compressed stream that takes decoding it, which only this rare case pays for.
    private static (StreamFilter? Filter, Stream? Decoded) FilterFor(ClientRuntime runtime, Call call, ResponseHead head, Stream stream)
    {
        if (!call.Facts!.IsStreaming) return head.ContentEncoding is null && !runtime.Settings.Shadow ? (call.Facts.Format.CreateAnswerFilter(call.Facts), null) : (null, null);
        if (!call.FiltersUsage || head.ContentType is not "text/event-stream") return (null, null);
        if (call.Facts!.Format.CreateUsageFilter() is not { } filter) return (null, null);

        return head.ContentEncoding switch
        {
            null => (filter, null),
            "gzip" or "x-gzip" => (filter, new GZipStream(stream, CompressionMode.Decompress)),
            "br" => (filter, new BrotliStream(stream, CompressionMode.Decompress)),
            "deflate" => (filter, new ZLibStream(stream, CompressionMode.Decompress)),
            _ => (null, null),
        };
    }
}
