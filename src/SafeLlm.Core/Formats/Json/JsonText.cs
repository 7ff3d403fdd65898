using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace SafeLlm.Formats;

/// <summary>The text of JSON strings, from their bytes and without making a <see cref="string"/>.</summary>
internal static class JsonText
{
    /// <summary>Writes the text of a string's bytes (without the quotes) as UTF-8.</summary>
    public static void Write(ReadOnlySpan<byte> raw, bool isEscaped, IBufferWriter<byte> output)
    {
        if (!isEscaped)
        {
            output.Write(raw);
            return;
        }

        // An escape is never shorter than what it stands for.
        var written = Unescape(raw, output.GetSpan(raw.Length));
        output.Advance(written);
    }

    /// <summary>Unescapes a valid string's bytes; <paramref name="output"/> must be as long. Returns how much it wrote.</summary>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> output)
    {
        var written = 0;
        while (true)
        {
            var at = raw.IndexOf((byte)'\\');
            var plain = at < 0 ? raw : raw[..at];
            plain.CopyTo(output[written..]);
            written += plain.Length;
            if (at < 0 || at + 1 >= raw.Length) return written;
            var kind = raw[at + 1];
            raw = raw[(at + 2)..];
            if (kind != 'u')
            {
                output[written++] = Simple(kind);
                continue;
            }

            var rune = TakeRune(ref raw);
            written += rune.EncodeToUtf8(output[written..]);
        }
    }

    /// <summary>The byte that a short escape such as <c>\n</c> stands for.</summary>
    public static byte Simple(byte kind) => kind switch
    {
        (byte)'n' => (byte)'\n',
        (byte)'t' => (byte)'\t',
        (byte)'r' => (byte)'\r',
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        _ => kind,
    };

    /// <summary>Whether an escape in a document is half of a surrogate pair. In JSON a backslash stands only in strings.</summary>
    public static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        if (!HasSurrogate(json)) return false;
        while (true)
        {
            var at = json.IndexOf((byte)'\\');
            if (at < 0 || at + 2 > json.Length) return false;
            var isUnicode = at + 1 < json.Length && json[at + 1] == 'u';
            json = json[(at + 2)..];
            if (!isUnicode || !TryHex(json, out var unit)) continue;
            json = json[4..];
            if (!char.IsSurrogate(unit)) continue;
            if (!char.IsHighSurrogate(unit) || !json.StartsWith("\\u"u8) || !TryHex(json[2..], out var low) || !char.IsLowSurrogate(low)) return true;
            json = json[6..];
        }
    }

    /// <summary>Whether <c>\ud</c> or <c>\uD</c> stands anywhere: one look at bytes that have no escapes.</summary>
    private static bool HasSurrogate(ReadOnlySpan<byte> json)
    {
        var at = 0;
        ref var first = ref MemoryMarshal.GetReference(json);
        for (; Vector256.IsHardwareAccelerated && at <= json.Length - Vector256<byte>.Count - 2; at += Vector256<byte>.Count)
        {
            var slash = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at), Vector256.Create((byte)'\\'));
            if (slash == Vector256<byte>.Zero) continue;
            var u = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at + 1), Vector256.Create((byte)'u'));
            var d = Vector256.Equals(Vector256.LoadUnsafe(ref first, (nuint)at + 2) | Vector256.Create((byte)0x20), Vector256.Create((byte)'d'));
            if ((slash & u & d) != Vector256<byte>.Zero) return true;
        }

        return json[at..].IndexOf("\\ud"u8) >= 0 || json[at..].IndexOf("\\uD"u8) >= 0;
    }

    private static Rune TakeRune(ref ReadOnlySpan<byte> raw)
    {
        if (!TryHex(raw, out var unit)) return Rune.ReplacementChar;
        raw = raw[4..];
        if (!char.IsSurrogate(unit)) return new Rune(unit);
        if (char.IsHighSurrogate(unit) && raw.StartsWith("\\u"u8) && TryHex(raw[2..], out var low) && char.IsLowSurrogate(low))
        {
            raw = raw[6..];
            return new Rune(unit, low);
        }

        return Rune.ReplacementChar;
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out char unit)
    {
        unit = default;
        if (digits.Length < 4 || !ushort.TryParse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)) return false;
        unit = (char)value;
        return true;
    }
}
