using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace SafeLlm.Redis;

/// <summary>Writes texts and whole numbers one behind another, as MessagePack has them: what a script reads by one call, without a table.</summary>
/// <param name="capacity">How many bytes are likely: what is longer costs a copy.</param>
internal readonly struct MessagePackWriter(int capacity)
{
    private const byte FixedText = 0xa0;
    private const byte LongestFixedText = 31;
    private const byte LargestFixedNumber = 127;
    private const byte Int64 = 0xd3;
    private const byte Text8 = 0xd9;
    private const byte Text32 = 0xdb;
    private readonly ArrayBufferWriter<byte> bytes = new(capacity);

    /// <summary>The most bytes that a number takes.</summary>
    public const int LongestNumber = 1 + sizeof(long);

    /// <summary>The most bytes that stand before a text.</summary>
    public const int LongestHead = 1 + sizeof(uint);

    public ReadOnlyMemory<byte> Written => bytes.WrittenMemory;

    public void Add(long number)
    {
        if (number is >= 0 and <= LargestFixedNumber)
        {
            AddByte((byte)number);
            return;
        }

        var to = bytes.GetSpan(1 + sizeof(long));
        to[0] = Int64;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], number);
        bytes.Advance(1 + sizeof(long));
    }

    public void Add(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        AddHead(length);
        bytes.Advance(Encoding.UTF8.GetBytes(text, bytes.GetSpan(length)));
    }

    /// <summary>What stands before a text of so many bytes.</summary>
    public void AddHead(int length)
    {
        var to = bytes.GetSpan(LongestHead);
        switch (length)
        {
            case <= LongestFixedText:
                to[0] = (byte)(FixedText | length);
                bytes.Advance(1);
                break;
            case <= byte.MaxValue:
                (to[0], to[1]) = (Text8, (byte)length);
                bytes.Advance(1 + 1);
                break;
            default:
                to[0] = Text32;
                BinaryPrimitives.WriteUInt32BigEndian(to[1..], (uint)length);
                bytes.Advance(LongestHead);
                break;
        }
    }

    /// <summary>What was written before.</summary>
    public void AddWritten(ReadOnlySpan<byte> written) => bytes.Write(written);

    private void AddByte(byte one)
    {
        bytes.GetSpan(1)[0] = one;
        bytes.Advance(1);
    }
}
