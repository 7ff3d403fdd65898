using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using SafeLlm.Limits;

namespace SafeLlm.Sqlite.Journal;

/// <summary>The bytes of a line that its code is made over: every member, with its length, behind the code of the line before.</summary>
internal static class JournalText
{
    public const int MacLength = 32;

    public static byte[] Mac(JournalKey key, ReadOnlySpan<byte> before, long number, JournalEntry entry)
    {
        var text = new ArrayBufferWriter<byte>(512);
        text.Write("safellm-journal-v1\n"u8);
        text.Write(before);
        Add(text, number);
        Add(text, entry.Id);
        Add(text, entry.Outcome.ToString());
        Add(text, entry.At.UtcTicks);
        Add(text, entry.CallId);
        Add(text, entry.Scopes.Count);
        foreach (var scope in entry.Scopes)
        {
            Add(text, scope);
        }

        Add(text, entry.Model);
        Add(text, entry.Quoted);
        Add(text, entry.Expected?.Value);
        Add(text, entry.Basis?.ToString());
        Add(text, entry.Actual);
        Add(text, entry.IsOverrun ? 1 : 0);
        Add(text, entry.CatalogHash);
        Add(text, entry.Action);
        Add(text, entry.Operator);
        return key.Sign(text.WrittenSpan);
    }

    /// <summary>The seal of a checkpoint: what was cut off before it was whole up to there.</summary>
    /// <param name="key">The key of whoever cuts.</param>
    /// <param name="number">The last line that was cut off.</param>
    /// <param name="mac">Its code.</param>
    /// <param name="at">When.</param>
    /// <param name="isBeforeKey">Whether that line was written before the journal had a key, so that lines without one may follow.</param>
    public static byte[] Seal(JournalKey key, long number, ReadOnlySpan<byte> mac, long at, bool isBeforeKey)
    {
        var text = new ArrayBufferWriter<byte>(96);
        text.Write(isBeforeKey ? "safellm-journal-checkpoint-before-key-v1\n"u8 : "safellm-journal-checkpoint-v1\n"u8);
        Add(text, number);
        text.Write(mac);
        Add(text, at);
        return key.Sign(text.WrittenSpan);
    }

    private static void Add(ArrayBufferWriter<byte> text, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(text.GetSpan(8), value);
        text.Advance(8);
    }

    private static void Add(ArrayBufferWriter<byte> text, long? value)
    {
        Add(text, value is null ? 0L : 1L);
        Add(text, value ?? 0L);
    }

    private static void Add(ArrayBufferWriter<byte> text, string? value)
    {
        Add(text, value is null ? -1L : Encoding.UTF8.GetByteCount(value));
        if (value is not null)
        {
            _ = Encoding.UTF8.GetBytes(value, text);
        }
    }

    private static void Add(ArrayBufferWriter<byte> text, Amounts? value)
    {
        Add(text, value?.InputTokens);
        Add(text, value?.OutputTokens);
        Add(text, value?.Cost.Value);
        Add(text, value?.Requests);
    }
}
