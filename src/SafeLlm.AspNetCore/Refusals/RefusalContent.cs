using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SafeLlm.AspNetCore;

/// <summary>
/// The content of refusals (RFC 9457). Those that strangers can ask for by the thousand say the same each time but for the request's
/// name: they are made once. Everything else is written anew, with a writer that each thread keeps.
/// </summary>
internal static class RefusalContent
{
    // By the sentence itself, the object: only the program's own literals are kept, of which there are not many.
    private static readonly ConcurrentDictionary<string, Made> Kept = new(ReferenceEqualityComparer.Instance);

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? writer;

    /// <summary>The content, in an array from the shared pool.</summary>
    public static byte[] Write(string requestId, Refusal refusal, in RefusalAnswer answer, DateTimeOffset now, out int length)
    {
        byte[] content;
        if (Find(refusal, answer, now) is { } head && IsPlain(requestId))
        {
            content = ArrayPool<byte>.Shared.Rent(head.Length + requestId.Length + 2);
            head.CopyTo(content, 0);
            length = head.Length + Encoding.ASCII.GetBytes(requestId, content.AsSpan(head.Length));
            content[length++] = (byte)'"';
            content[length++] = (byte)'}';
            return content;
        }

        WriteAll(requestId, refusal, answer, now);
        length = buffer!.WrittenCount;
        content = ArrayPool<byte>.Shared.Rent(length);
        buffer.WrittenSpan.CopyTo(content);
        return content;
    }

    /// <summary>The content up to the request's name; null where it is not the same each time.</summary>
    private static byte[]? Find(Refusal refusal, in RefusalAnswer answer, DateTimeOffset now)
    {
        if (Kept.TryGetValue(refusal.Message, out var made)) return made.Is(refusal, answer) ? made.Head : null;
        if (!IsTheSameEachTime(refusal, answer) || string.IsInterned(refusal.Message) is null) return null;
        WriteAll("", refusal, answer, now);
        // It ends in an empty name's quote, and the brace.
        made = new Made(refusal.Code, refusal.Field, answer.Status, buffer!.WrittenSpan[..^2].ToArray());
        Kept[refusal.Message] = made;
        return made.Head;
    }

    private static bool IsTheSameEachTime(Refusal refusal, in RefusalAnswer answer) =>
        refusal is { Denials.Count: 0, Findings.Count: 0, LargestOutputBound: null }
        && answer.ResetsAt is null
        && refusal.Code is not (RefusalCode.SignatureExpired or RefusalCode.SignatureNotYetValid);

    private static bool IsPlain(string requestId) => !requestId.AsSpan().ContainsAnyExceptInRange('#', '[');

    private static void WriteAll(string requestId, Refusal refusal, in RefusalAnswer answer, DateTimeOffset now)
    {
        buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        var json = writer ??= new Utf8JsonWriter(buffer);
        json.Reset(buffer);
        var code = refusal.Code.Name();
        json.WriteStartObject();
        json.WriteString("type"u8, RefusalTitles.Type(refusal.Code));
        json.WriteString("title"u8, RefusalTitles.Of(refusal.Code));
        json.WriteNumber("status"u8, answer.Status);
        json.WriteString("detail"u8, refusal.Message);
        json.WriteString("code"u8, code);
        if (refusal.Field is { } field) json.WriteString("field"u8, field);
        if (refusal.Code is RefusalCode.SignatureExpired or RefusalCode.SignatureNotYetValid) json.WriteString("server_time"u8, Instant(now));
        if (answer.ResetsAt is { } resetsAt) json.WriteString("resets_at"u8, Instant(resetsAt));
        if (refusal.LargestOutputBound is { } bound) json.WriteNumber("largest_output_bound"u8, bound);
        LimitJson.Write(json, refusal.Denials);
        FindingJson.Write(json, refusal.Findings);
        // Last, so that all before it can be kept.
        json.WriteString("request_id"u8, requestId);
        json.WriteEndObject();
        json.Flush();
    }

    private static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private sealed record Made(RefusalCode Code, string? Field, int Status, byte[] Head)
    {
        public bool Is(Refusal refusal, in RefusalAnswer answer) =>
            refusal.Code == Code && answer.Status == Status && IsTheSameEachTime(refusal, answer) && string.Equals(refusal.Field, Field, StringComparison.Ordinal);
    }
}
