namespace SafeLlm.Testing;

/// <summary>Numbers that follow from a text and from nothing else: the same in every process, unlike string hashes.</summary>
internal struct TextSequence
{
    private ulong state;

    /// <summary>Starts from FNV-1a of the text and the salt.</summary>
    public TextSequence(string text, int salt = 0)
    {
        state = 14695981039346656037UL;
        foreach (var letter in text) state = (state ^ letter) * 1099511628211UL;
        state = (state ^ (uint)salt) * 1099511628211UL;
    }

    /// <summary>The next number below a power of two.</summary>
    public int NextBits(int bits)
    {
        state = (state * 6364136223846793005UL) + 1442695040888963407UL;
        return (int)(state >> (64 - bits));
    }

    /// <summary>The next number from -1 to 1.</summary>
    public float NextUnit() => (NextBits(20) / (float)(1 << 19)) - 1f;
}
