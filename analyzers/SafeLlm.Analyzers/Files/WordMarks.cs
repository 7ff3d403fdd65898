namespace SafeLlm.Analyzers.Files;

/// <summary>Some of the words of <see cref="RuleNames"/>: a bit for each.</summary>
internal sealed class WordMarks
{
    private readonly ulong[] bits = new ulong[(RuleNames.Words.Count + 63) / 64];

    public void Add(int word) => bits[word / 64] |= 1UL << (word % 64);

    public bool Overlaps(WordMarks other)
    {
        for (var i = 0; i < bits.Length; i++)
        {
            if ((bits[i] & other.bits[i]) != 0) return true;
        }

        return false;
    }
}
