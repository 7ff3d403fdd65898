using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using SafeLlm.Formats;

namespace SafeLlm.AspNetCore;

/// <summary>Sees the answer's bytes as they pass: meters them, and takes out of a stream what only we asked for.</summary>
internal sealed class ResponseObserver(HttpContext context, IncomingCall call, AccountCheck accounts)
{
    private const int MostErrorBytes = 8 * 1024;

    private ArrayBufferWriter<byte>? error;
    private ResponseMeter? meter;
    private ResponseMeter? kept;
    private StreamFilter? filter;
    private StreamCut? cut;
    private bool hasBegun;

    /// <summary>Whether any byte of content has passed.</summary>
    public bool SawContent { get; private set; }

    /// <summary>The answer's head, as it was when its content began.</summary>
    public ResponseHead? Head { get; private set; }

    /// <summary>The beginning of an error's content.</summary>
    public ReadOnlySpan<byte> Error => error is null ? [] : error.WrittenSpan;

    /// <summary>Whether bytes must be filtered, rather than written where they stand.</summary>
    public bool IsFiltering
    {
        get
        {
            Begin();
            return filter is not null;
        }
    }

    /// <summary>Whether the answer was certainly over its bound and has been ended: what comes after is metered, and goes nowhere.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Meters the bytes just written. Returns how many of them go on; where <see cref="IsCut"/> becomes true with them, <see cref="End"/> comes next.</summary>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return 0;
        Begin();
        SawContent = true;
        kept?.Append(bytes);
        if (Head!.Status >= 400)
        {
            error ??= new ArrayBufferWriter<byte>();
            error.Write(bytes[..Math.Min(bytes.Length, MostErrorBytes - error.WrittenCount)]);
        }

        if (cut is not null && !IsCut)
        {
            var allowed = cut.Allow(bytes, meter!);
            IsCut = cut.IsDone;
            return allowed;
        }

        meter?.Append(bytes);
        return IsCut ? 0 : bytes.Length;
    }

    /// <summary>Writes what ends a cut stream well-formed.</summary>
    public void End(IBufferWriter<byte> output)
    {
        Complete(output);
        output.Write(cut!.Ending.Span);
        cut = null;
    }

    /// <summary>Whether the stream was just cut, and its ending is still to be written.</summary>
    public bool IsEnding => IsCut && cut is not null;

    public void Filter(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output) => filter!.Append(bytes, output);

    /// <summary>Writes what the filter still held back.</summary>
    public void Complete(IBufferWriter<byte> output)
    {
        filter?.Complete(output);
        filter = null;
    }

    /// <summary>What was read; null where the answer is to no call in a wire format.</summary>
    public ResponseReading? Read()
    {
        Begin();
        var reading = meter?.Complete();
        meter = null;
        kept?.Complete();
        kept = null;
        // What is gone may be named by nobody.
        if (call.Route is { IsDeletion: true } route && Head!.Status < 300) accounts.Deleted(call, route);
        return reading;
    }

    // Status and headers are the endpoint's until its content begins.
    /// <summary>Reads the answer's head, when it is about to be sent.</summary>
    public void Begin()
    {
        if (hasBegun) return;
        hasBegun = true;
        var response = context.Response;
        Head = new ResponseHead(response.StatusCode, MediaType(response.ContentType), Coding(response.Headers.ContentEncoding), Header);
        var watch = Head.Status < 300 ? accounts.Watch(call) : null;
        if (call.Facts is not { } facts)
        {
            if (watch is null || call.Route is not { IsMaking: true } route) return;
            kept = KeptObjects.CreateMeter(Head, route.IsGemini);
            kept.Issued = watch;
            return;
        }

        meter = facts.Format.CreateMeter(facts, Head);
        meter.Issued = watch;
        // What is encoded cannot be changed, and what is no answer has no bound.
        if (Head.Status >= 300 || Head.ContentEncoding is not null) return;
        if (call.AskedForUsage) filter = facts.Format.CreateUsageFilter();
        else if (!facts.IsStreaming) filter = facts.Format.CreateAnswerFilter(facts);
        cut = StreamCut.For(facts, Head.ContentType);
        if ((filter is not null || cut is not null) && !response.HasStarted) response.ContentLength = null;
    }

    private string? Header(string name) => context.Response.Headers.TryGetValue(name, out var value) ? value.ToString() : null;

    private static string? MediaType(string? contentType) =>
        contentType is null or "application/json" or "text/event-stream" ? contentType : MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.MediaType.ToString().ToLowerInvariant() : null;

    private static string? Coding(string? contentEncoding) => string.IsNullOrEmpty(contentEncoding) ? null : contentEncoding.ToLowerInvariant();
}
