using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The content of refusals (RFC 9457). Those of signatures, which strangers can ask for by the thousand, say the same each time but for
/// a sentence, an instant and the request's name: what stands around these is made once. Everything else is written anew.
/// </summary>
internal static class RefusalContent
{
    private const int InstantLength = 24;
    private const string Detail = "\u0001";
    private const string RequestId = "\u0002";

    // What a JSON writer leaves as it is.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        new string([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => !"\"\\<>&'+`".Contains(c, StringComparison.Ordinal))]));

    // As many as there are codes of signatures.
    private static readonly ConcurrentDictionary<RefusalCode, Frame> Frames = new();

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>The content, in an array from the shared pool.</summary>
    public static byte[] Write(string requestId, Refusal refusal, in RefusalAnswer answer, DateTimeOffset now, out int length)
    {
        if (FrameOf(refusal, answer) is { } frame && !refusal.Message.AsSpan().ContainsAnyExcept(Plain) && !requestId.AsSpan().ContainsAnyExcept(Plain))
        {
            return frame.Fill(refusal.Message, requestId, now, out length);
        }

        WriteAll(requestId, refusal, refusal.Message, answer, now);
        length = buffer!.WrittenCount;
        var content = ArrayPool<byte>.Shared.Rent(length);
        buffer.WrittenSpan.CopyTo(content);
        return content;
    }

    /// <summary>What stands around the parts that change; null where a refusal says more than these.</summary>
    private static Frame? FrameOf(Refusal refusal, in RefusalAnswer answer)
    {
        if (refusal is not { Denials.Count: 0, Findings.Count: 0, LargestOutputBound: null } || answer.ResetsAt is not null) return null;
        if (Frames.TryGetValue(refusal.Code, out var known)) return known.Status == answer.Status && string.Equals(known.Field, refusal.Field, StringComparison.Ordinal) ? known : null;
        // Only these have one status and one field each.
        if (refusal.Code is < RefusalCode.SignatureRequired or > RefusalCode.DigestMalformed and not RefusalCode.RateLimited) return null;
        WriteAll(RequestId, refusal, Detail, answer, DateTimeOffset.UnixEpoch);
        return Frames[refusal.Code] = Frame.Of(refusal, answer, Encoding.UTF8.GetString(buffer!.WrittenSpan));
    }

    private static bool TellsTime(RefusalCode code) => code is RefusalCode.SignatureExpired or RefusalCode.SignatureNotYetValid;

    private static void WriteAll(string requestId, Refusal refusal, string message, in RefusalAnswer answer, DateTimeOffset now)
    {
        buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(buffer);
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("type"u8, RefusalTitles.Type(refusal.Code));
        json.WriteString("title"u8, RefusalTitles.Of(refusal.Code));
        json.WriteNumber("status"u8, answer.Status);
        json.WriteString("detail"u8, message);
        json.WriteString("code"u8, refusal.Code.Name());
        if (refusal.Field is { } field) json.WriteString("field"u8, field);
        Span<byte> instant = stackalloc byte[InstantLength];
        if (answer.ResetsAt is { } resetsAt) json.WriteString("resets_at"u8, Instant(resetsAt, instant));
        if (refusal.LargestOutputBound is { } bound) json.WriteNumber("largest_output_bound"u8, bound);
        LimitJson.Write(json, refusal.Denials);
        FindingJson.Write(json, refusal.Findings);
        // Last, so that what is before them stays the same.
        json.WriteString("request_id"u8, requestId);
        if (TellsTime(refusal.Code)) json.WriteString("server_time"u8, Instant(now, instant));
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary>An instant with milliseconds: the runtime's own format, which is several times as fast as one of ours, less its last digits.</summary>
    private static Span<byte> Instant(DateTimeOffset instant, Span<byte> text)
    {
        Span<byte> whole = stackalloc byte[InstantLength + 9];
        _ = instant.UtcDateTime.TryFormat(whole, out _, "O", CultureInfo.InvariantCulture);
        whole[..(InstantLength - 1)].CopyTo(text);
        text[InstantLength - 1] = (byte)'Z';
        return text[..InstantLength];
    }

    /// <summary>A refusal without its sentence, the request's name and the instant.</summary>
    private sealed record Frame(int Status, string? Field, byte[] Head, byte[] Middle, bool TellsTime)
    {
        public static Frame Of(Refusal refusal, in RefusalAnswer answer, string text)
        {
            var detail = JsonEncodedText.Encode(Detail).Value;
            var requestId = JsonEncodedText.Encode(RequestId).Value;
            var at = text.IndexOf(detail, StringComparison.Ordinal);
            return new Frame(
                answer.Status,
                refusal.Field,
                Encoding.UTF8.GetBytes(text[..at]),
                Encoding.UTF8.GetBytes(text[(at + detail.Length)..text.IndexOf(requestId, StringComparison.Ordinal)]),
                RefusalContent.TellsTime(refusal.Code));
        }

        public byte[] Fill(string message, string requestId, DateTimeOffset now, out int length)
        {
            var content = ArrayPool<byte>.Shared.Rent(Head.Length + Middle.Length + message.Length + requestId.Length + 64);
            var rest = content.AsSpan();
            Head.CopyTo(rest);
            rest = rest[Head.Length..];
            rest = rest[Encoding.ASCII.GetBytes(message, rest)..];
            Middle.CopyTo(rest);
            rest = rest[Middle.Length..];
            rest = rest[Encoding.ASCII.GetBytes(requestId, rest)..];
            if (TellsTime)
            {
                "\",\"server_time\":\""u8.CopyTo(rest);
                rest = rest["\",\"server_time\":\"".Length..];
                rest = rest[Instant(now, rest).Length..];
            }

            "\"}"u8.CopyTo(rest);
            length = content.Length - rest.Length + 2;
            return content;
        }
    }
}
