namespace SafeLlm.Tokens;

/// <summary>What of a text tells how other vocabularies than o200k_base would fare with it.</summary>
internal struct TextMeasure
{
    /// <summary>Tokens of o200k_base.</summary>
    public long Tokens { get; private set; }

    /// <summary>UTF-8 bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Letters A to Z.</summary>
    public long Capitals { get; private set; }

    /// <summary>Bytes of characters beyond ASCII.</summary>
    public long Foreign { get; private set; }

    /// <summary>Adds a text.</summary>
    public void Add(ReadOnlySpan<byte> text, ITokenCounter counter)
    {
        Tokens += counter.Count(text);
        Bytes += text.Length;
        int capitals = 0, foreign = 0;
        foreach (var value in text)
        {
            // without branches, so that it is done for many bytes at once
            capitals += (byte)(value - 'A') <= 'Z' - 'A' ? 1 : 0;
            foreign += value >> 7;
        }

        Capitals += capitals;
        Foreign += foreign;
    }
}
