using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace SafeLlm.Redis;

/// <summary>Writes one array of up to 15 texts and whole numbers as MessagePack has it, which is what scripts can read.</summary>
internal readonly struct MessagePackArray
{
    private const byte Array = 0x90;
    private const byte Int64 = 0xd3;
    private const byte Text32 = 0xdb;
    private readonly ArrayBufferWriter<byte> bytes = new();

    public MessagePackArray(int members) => bytes.Write([(byte)(Array | members)]);

    public void Add(long number)
    {
        var to = bytes.GetSpan(1 + sizeof(long));
        to[0] = Int64;
        BinaryPrimitives.WriteInt64BigEndian(to[1..], number);
        bytes.Advance(1 + sizeof(long));
    }

    public void Add(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        var to = bytes.GetSpan(1 + sizeof(uint) + length);
        to[0] = Text32;
        BinaryPrimitives.WriteUInt32BigEndian(to[1..], (uint)length);
        Encoding.UTF8.GetBytes(text, to[(1 + sizeof(uint))..]);
        bytes.Advance(1 + sizeof(uint) + length);
    }

    public byte[] ToArray() => bytes.WrittenSpan.ToArray();
}
