using System.Text.Json;
using SafeLlm.Accounts;

namespace SafeLlm.AspNetCore;

/// <summary>Tells the provider not to keep a response, by splicing: every other byte of the request stays.</summary>
internal static class StoreSwitch
{
    public static ReadOnlyMemory<byte> Off(ReadOnlyMemory<byte> body, AccountUse use)
    {
        var source = body.Span;
        if (use.EmptyStore is { } empty)
        {
            var (start, length) = empty.GetOffsetAndLength(source.Length);
            return Splice(source, start, length, "false"u8);
        }

        var reader = new Utf8JsonReader(source);
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? Splice(source, (int)reader.BytesConsumed, 0, "\"store\":false,"u8) : body;
    }

    private static byte[] Splice(ReadOnlySpan<byte> source, int at, int length, ReadOnlySpan<byte> text)
    {
        var edited = new byte[source.Length - length + text.Length];
        source[..at].CopyTo(edited);
        text.CopyTo(edited.AsSpan(at));
        source[(at + length)..].CopyTo(edited.AsSpan(at + text.Length));
        return edited;
    }
}
