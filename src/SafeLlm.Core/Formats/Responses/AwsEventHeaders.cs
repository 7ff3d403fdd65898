using System.Buffers.Binary;

namespace SafeLlm.Formats;

/// <summary>The headers of a frame of an AWS event stream: name length, name, type, value.</summary>
internal static class AwsEventHeaders
{
    private const int Text = 7;

    /// <summary>The value of a header that is text; empty where it is absent.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name)
    {
        while (headers.Length > 1)
        {
            var nameLength = headers[0];
            if (headers.Length < nameLength + 2) return default;
            var found = headers.Slice(1, nameLength);
            int type = headers[nameLength + 1];
            headers = headers[(nameLength + 2)..];
            if (!TryTake(ref headers, type, out var value)) return default;
            if (type == Text && found.SequenceEqual(name)) return value;
        }

        return default;
    }

    private static bool TryTake(scoped ref ReadOnlySpan<byte> headers, int type, out ReadOnlySpan<byte> value)
    {
        value = default;
        var length = type switch
        {
            0 or 1 => 0,
            2 => 1,
            3 => 2,
            4 => 4,
            5 or 8 => 8,
            9 => 16,
            6 or Text when headers.Length >= 2 => BinaryPrimitives.ReadUInt16BigEndian(headers) + 2,
            _ => -1,
        };
        if (length < 0 || length > headers.Length) return false;
        value = type is 6 or Text ? headers[2..length] : headers[..length];
        headers = headers[length..];
        return true;
    }
}
