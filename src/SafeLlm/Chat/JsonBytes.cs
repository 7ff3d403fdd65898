using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SafeLlm.Chat;

/// <summary>Writes JSON into an array of just its size.</summary>
internal static class JsonBytes
{
    // Unescaped beyond what JSON needs: escapes would cost bytes, and the quote by bytes counts them.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? kept;

    // A buffer that was needed once for a large prompt is not kept for ever.
    private const int MostKept = 64 << 10;

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var (buffer, json) = kept ?? New();

        // Taken while it is used: whatever writes may come here again.
        kept = null;
        write(json);
        json.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > MostKept) return bytes;

        buffer.ResetWrittenCount();
        json.Reset(buffer);
        kept = (buffer, json);
        return bytes;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) New()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        return (buffer, new Utf8JsonWriter(buffer, Plain));
    }
}
