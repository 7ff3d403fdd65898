using System.Buffers;
using System.Buffers.Text;

namespace SafeLlm.Formats;

/// <summary>What the first bytes of a medium in a request tell: an address, a picture, or something else.</summary>
internal static class Media
{
    /// <summary>Whether a value is an address (<c>https://</c>, <c>gs://</c>, <c>s3://</c>) and not the medium itself.</summary>
    public static bool IsAddress(ReadOnlySpan<byte> value)
    {
        // slashes may be escaped
        var start = value[..Math.Min(value.Length, 12)];
        return start.IndexOf("://"u8) > 0 || start.IndexOf(":\\/"u8) > 0;
    }

    /// <summary>Whether a value is a picture: a data URL that says so, or base64 that begins as PNG, JPEG, GIF, WebP or BMP.</summary>
    public static bool IsPicture(ReadOnlySpan<byte> value) =>
        value.StartsWith("data:"u8)
            ? IsPictureType(value[5..])
            : value.StartsWith("iVBORw0KGgo"u8) || value.StartsWith("/9j/"u8) || value.StartsWith("\\/9j"u8)
                || value.StartsWith("R0lGOD"u8) || IsWebP(value) || value.StartsWith("Qk0"u8);

    /// <summary>Whether no other escapes stand in a value than those of slashes: the header of a picture is read where it stands.</summary>
    public static bool HasOnlySlashesEscaped(ReadOnlySpan<byte> value) => value.Count("\\"u8) == value.Count("\\/"u8);

    /// <summary>Whether a media type is a picture's.</summary>
    public static bool IsPictureType(ReadOnlySpan<byte> type) => type.StartsWith("image/"u8) || type.StartsWith("image\\/"u8);

    // Sound (WAV) and film (AVI) begin as RIFF does too: what it holds stands behind its length.
    private static bool IsWebP(ReadOnlySpan<byte> value)
    {
        if (!value.StartsWith("UklGR"u8)) return false;
        Span<byte> text = stackalloc byte[16];
        Span<byte> start = stackalloc byte[12];
        var length = 0;
        foreach (var character in value)
        {
            // slashes may be escaped
            if (character != '\\') text[length++] = character;
            if (length == text.Length) break;
        }

        return Base64.DecodeFromUtf8(text[..length], start, out _, out var written, isFinalBlock: false) == OperationStatus.Done && start[..written].EndsWith("WEBP"u8);
    }
}
