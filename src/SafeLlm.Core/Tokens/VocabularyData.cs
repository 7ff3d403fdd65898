using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace SafeLlm.Tokens;

/// <summary>
/// The tokens of an encoding, in the order of their ranks: one byte array and where each token starts in it. Read from the
/// data packages of Microsoft.ML.Tokenizers (deflated lines of base64 behind a line with a capacity).
/// </summary>
internal sealed class VocabularyData(byte[] bytes, int[] starts)
{
    /// <summary>The longest token of o200k_base has 128 bytes; cl100k_base has the same.</summary>
    public const int LongestToken = 128;

    /// <summary>How many tokens there are.</summary>
    public int Count => starts.Length - 1;

    /// <summary>The bytes of a token.</summary>
    public ReadOnlySpan<byte> this[int token] => bytes.AsSpan(starts[token], starts[token + 1] - starts[token]);

    /// <summary>How many bytes a token has.</summary>
    public int LengthOf(int token) => starts[token + 1] - starts[token];

    /// <summary>Where a token starts among the bytes of all.</summary>
    public int StartOf(int token) => starts[token];

    /// <summary>Some of the bytes of all tokens.</summary>
    public ReadOnlySpan<byte> Slice(int start, int length) => bytes.AsSpan(start, length);

    /// <summary>Reads the vocabulary from the resource of a data package.</summary>
    /// <param name="anchor">The only type of the package's assembly.</param>
    /// <param name="resource">The resource's name.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static VocabularyData Read(Type anchor, string resource)
    {
        using var packed = anchor.Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly {anchor.Assembly.GetName().Name} has no resource {resource}. Reference the version of the package that SafeLlm.Core was built with.");
        using var inflated = new DeflateStream(packed, CompressionMode.Decompress);
        var buffer = new byte[4 * 1024 * 1024];
        var length = 0;
        for (int read; (read = inflated.Read(buffer, length, buffer.Length - length)) > 0;)
        {
            length += read;
            if (length == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }
        }

        return Parse(buffer.AsSpan(0, length));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static VocabularyData Parse(ReadOnlySpan<byte> text)
    {
        var digits = DecodingTable();
        var bytes = new byte[text.Length];
        var starts = new List<int>(200_000);
        var used = 0;
        var position = text.IndexOf((byte)'\n') + 1;
        while (position < text.Length)
        {
            starts.Add(used);
            uint bits = 0;
            var pending = 0;
            for (; position < text.Length && text[position] != '\n'; position++)
            {
                var digit = digits[text[position]];
                if (digit == byte.MaxValue)
                {
                    continue;
                }

                bits = (bits << 6) | digit;
                pending += 6;
                if (pending >= 8)
                {
                    pending -= 8;
                    bytes[used++] = (byte)(bits >> pending);
                }
            }

            position++;
        }

        starts.Add(used);
        Array.Resize(ref bytes, used);
        return new VocabularyData(bytes, [.. starts]);
    }

    private static byte[] DecodingTable()
    {
        var table = new byte[256];
        Array.Fill(table, byte.MaxValue);
        for (byte digit = 0; digit < 64; digit++)
        {
            table["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8[digit]] = digit;
        }

        return table;
    }
}
