using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace SafeLlm.AspNetCore;

/// <summary>Reads the content of a caller that is known, and compares it with what was signed.</summary>
internal sealed class ContentCheck(VerifierSettings settings, HeadCheck head, TimeProvider time)
{
    // White space, the zeros of UTF-16 and UTF-32, and the marks of byte order.
    private static ReadOnlySpan<byte> BeforeJson => [(byte)' ', (byte)'\t', (byte)'\r', (byte)'\n', 0x00, 0xEF, 0xBB, 0xBF, 0xFE, 0xFF];

    /// <summary>The content's type, charset and coding, from its headers alone.</summary>
    public static Refusal? CheckType(IncomingCall call)
    {
        if (!call.Request!.HasContent) return null;
        var headers = call.Context.Request.Headers;
        if (CodingOf(call) is { } coding)
        {
            if (!call.Requirement.Options.IsDecoding) return Unsupported("Content-Encoding", "The content is encoded, which this endpoint does not take. Send it as it is.");
            if (!ContentDecoder.Knows(coding)) return Unsupported("Content-Encoding", "The content is encoded in a way that is not known here. Send it as it is, or as one of gzip, br and deflate.");
        }

        var text = headers.ContentType;
        // As nearly everybody sends it.
        if (text is ["application/json"]) return null;
        if (text.Count > 1) return Unsupported("Content-Type", "There is more than one Content-Type. Send one.");
        if (!MediaTypeHeaderValue.TryParse(text.ToString(), out var type))
        {
            return call.Requirement.Options.OwnCalls is null ? NotJson() : null;
        }

        if (type.Charset.HasValue && !HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            return Unsupported("Content-Type", "The charset is not utf-8. Send UTF-8.");
        }

        return IsJson(type) || call.Requirement.Options.OwnCalls is not null || IsUpload(call, type) ? null : NotJson();
    }

    public static bool IsJson(HttpRequest request) => request.ContentType == "application/json" || MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && IsJson(type);

    /// <summary>
    /// Whether content is read as JSON. Where it is passed on, also that which looks like it: many services read JSON whatever it is declared as,
    /// and what it asks for must not depend on that.
    /// </summary>
    public static bool IsReadAsJson(IncomingCall call) => IsJson(call.Context.Request) || (call.Requirement.Options.Upstream is not null && LooksLikeJson(call.Body.Span));

    public async ValueTask<Refusal?> ReadAsync(IncomingCall call)
    {
        var context = call.Context;
        // Later its nonce would be forgotten, and its connection be held for as long as the sender likes.
        var until = settings.Options.VerifySignatures ? call.Now + settings.Options.MaxAge : DateTimeOffset.MaxValue;
        bool isLate;
        try
        {
            (call.Content, isLate) = await PooledBody.ReadAsync(context.Request.BodyReader, context.Request.ContentLength, settings.Options.MaxBodyBytes, time, until, context.RequestAborted);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return head.TooLarge("The content is larger than the server takes");
        }
        // What its caller did to it, and no failure of the application, as which the server would log it.
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            call.IsCutOff = true;
            // Nobody is there any more, and nothing else can be read: the server would try, and log that it could not.
            if (broken is not BadHttpRequestException) context.Abort();
            return new Refusal(RefusalCode.JsonInvalid, "The content did not arrive whole: its chunks cannot be read, it came too slowly, or the connection was closed. Send all of it, signed anew.");
        }

        if (isLate)
        {
            return new Refusal(RefusalCode.SignatureExpired, string.Create(
                CultureInfo.InvariantCulture,
                $"The content took longer to arrive than a signature lives ({settings.Options.MaxAge.TotalSeconds:0} s). Send it faster, signed anew."));
        }

        if (call.Content is null) return head.TooLarge("The content is larger than allowed");
        call.Body = call.Content.Memory;
        return null;
    }

    /// <summary>Undoes the coding of content that was found to be what was signed.</summary>
    public ValueTask<Refusal?> DecodeAsync(IncomingCall call) =>
        call.Content is { } content && CodingOf(call) is { } coding ? DecodeAsync(call, content, coding) : ValueTask.FromResult<Refusal?>(null);

    public Refusal? CheckDigest(IncomingCall call)
    {
        if (!settings.Options.VerifySignatures) return null;
        var content = settings.Verifier.VerifyContent(call.Signature, call.Request!, call.Body.Span);
        return content.IsVerified ? null : content.Refusal ?? new Refusal(RefusalCode.DigestMismatch, "The content is not what was signed.");
    }

    private async ValueTask<Refusal?> DecodeAsync(IncomingCall call, PooledBody content, string coding)
    {
        PooledBody? decoded;
        try
        {
            decoded = await ContentDecoder.DecodeAsync(call.Body, coding, settings.Options.MaxBodyBytes, time, call.Context.RequestAborted);
        }
        // Brotli's stream names what is no Brotli an operation that is invalid.
        catch (Exception wrong) when (wrong is InvalidDataException or InvalidOperationException)
        {
            return new Refusal(RefusalCode.JsonInvalid, "The content cannot be decoded: it is not what Content-Encoding says, or is cut off.") { Field = "Content-Encoding" };
        }

        if (decoded is null) return head.TooLarge("The content is larger than allowed once it is decoded");
        content.Dispose();
        (call.Content, call.Body, call.IsDecoded) = (decoded, decoded.Memory, true);
        return null;
    }

    // Nearly nobody sends one.
    private static string? CodingOf(IncomingCall call)
    {
        var codings = call.Context.Request.Headers.ContentEncoding;
        return codings.Count == 0 || codings.All(coding => string.Equals(coding, "identity", StringComparison.OrdinalIgnoreCase)) ? null : codings.ToString().Trim();
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);

    // In whatever encoding: readers find out by its first bytes.
    private static bool LooksLikeJson(ReadOnlySpan<byte> content) => content.TrimStart(BeforeJson) is [(byte)'{' or (byte)'[', ..];

    private static bool IsUpload(IncomingCall call, MediaTypeHeaderValue type) =>
        type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) && KeptRoute.Of(call.ReadingTarget) is { IsUpload: true };

    private static Refusal NotJson() => Unsupported("Content-Type", "The content is not declared as JSON. Send Content-Type: application/json.");

    private static Refusal Unsupported(string field, string message) => new(RefusalCode.UnsupportedContent, message) { Field = field };
}
