namespace SafeLlm.Signing.StructuredFields;

/// <summary>A bare item as it stands in the text: nothing is decoded or copied until somebody asks.</summary>
internal readonly ref struct BareItem
{
    public BareItem(BareItemKind kind, ReadOnlySpan<char> text, long number = 0)
    {
        Kind = kind;
        Text = text;
        Number = number;
    }

    public BareItemKind Kind { get; }

    /// <summary>What stands between the delimiters: escapes and base64 undecoded, a token as it is, empty for numbers.</summary>
    public ReadOnlySpan<char> Text { get; }

    /// <summary>Integers and dates as they are, decimals in thousandths, booleans as 0 or 1.</summary>
    public long Number { get; }

    public static BareItem True => new(BareItemKind.Boolean, default, 1);

    /// <summary>Whether this is a string of exactly these characters. A text with escapes equals nothing we compare with.</summary>
    public bool IsString(ReadOnlySpan<char> value) => Kind == BareItemKind.String && Text.SequenceEqual(value);

    /// <summary>Decodes a byte sequence. The reader has checked its alphabet, padding and unused bits.</summary>
    public bool TryDecodeBytes(Span<byte> destination, out int length)
    {
        length = 0;
        return Kind == BareItemKind.ByteSequence && Convert.TryFromBase64Chars(Text, destination, out length);
    }
}
