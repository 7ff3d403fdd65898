namespace SafeLlm.Cli.Traffic;

/// <summary>
/// Tells whether a recorded body still has the content coding that its header names: most recorders keep the header and store
/// the body decoded.
/// </summary>
internal static class ContentCodings
{
    public static bool IsCoded(ReadOnlySpan<byte> body, string? coding, bool isText) => coding switch
    {
        _ when isText || body.Length < 2 => false,
        "gzip" or "x-gzip" => body.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]),
        // zlib's frame: method 8, and a check that the two bytes are a multiple of 31
        "deflate" => (body[0] & 0x0F) == 8 && ((body[0] << 8) | body[1]) % 31 == 0,
        // brotli has no mark of its own; what reads as JSON, as events or as the frame of an AWS stream is none
        "br" => !(body[0] is 0 or (byte)'{' or (byte)'[' or (byte)':' or (byte)' ' or (byte)'\r' or (byte)'\n' || body.StartsWith("data"u8) || body.StartsWith("event"u8)),
        null or "" or "identity" => false,
        _ => body[0] is not (0 or (byte)'{' or (byte)'['),
    };
}
