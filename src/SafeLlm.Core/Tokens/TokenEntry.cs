namespace SafeLlm.Tokens;

/// <summary>What is known of a token, in one place: judging two neighbours looks at all of it, and each look elsewhere would miss the caches.</summary>
internal struct TokenEntry
{
    /// <summary>The two tokens that it was merged from last, left and right, as <see cref="Vocabulary"/> packs them; 0 is not yet known.</summary>
    public ulong Halves;

    /// <summary>Its node in its branch.</summary>
    public int Node;

    /// <summary>Which bytes stand behind it in longer tokens: a bit for each value of a byte's lowest five bits.</summary>
    public uint Follow;

    /// <summary>The longest other token that it begins with; -1 where there is none.</summary>
    public int ShorterPrefix;

    /// <summary>Where its bytes start.</summary>
    public int Start;

    /// <summary>Its first two bytes; where it has but one, that one.</summary>
    public ushort Branch;

    /// <summary>How many bytes it has.</summary>
    public byte Length;

    /// <summary>Its first byte.</summary>
    public byte First;
}
