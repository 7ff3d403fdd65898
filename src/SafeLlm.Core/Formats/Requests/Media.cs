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
            ? value.StartsWith("data:image/"u8) || value.StartsWith("data:image\\/"u8)
            : value.StartsWith("iVBORw0KGgo"u8) || value.StartsWith("/9j/"u8) || value.StartsWith("\\/9j"u8)
                || value.StartsWith("R0lGOD"u8) || value.StartsWith("UklGR"u8) || value.StartsWith("Qk0"u8);
}
