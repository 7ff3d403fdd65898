namespace SafeLlm.Tokens;

/// <summary>Counts the tokens of a byte-pair encoding: cuts the text into pieces and counts each.</summary>
/// <typeparam name="TSplitter">The encoding's rules for pieces.</typeparam>
internal sealed class BytePairCounter<TSplitter>(string name, Vocabulary vocabulary) : ITokenCounter
    where TSplitter : struct, ISplitter
{
    // as many as count at the same time: one a core, and some more where threads lose their core in the middle of a count
    private readonly PieceCounter?[] idle = new PieceCounter?[4 * Environment.ProcessorCount];

    public string Name => name;

    public int Count(ReadOnlySpan<byte> utf8) => Count(utf8, int.MaxValue);

    public bool IsOver(ReadOnlySpan<byte> utf8, int limit)
    {
        // no token is longer than the longest, and none is shorter than a byte
        if (utf8.Length <= limit)
        {
            return false;
        }

        return limit < 0 || utf8.Length > (long)limit * VocabularyData.LongestToken || Count(utf8, limit) > limit;
    }

    private int Count(ReadOnlySpan<byte> text, int limit)
    {
        var counter = Rent();
        var count = 0;
        for (var position = 0; position < text.Length && count <= limit;)
        {
            var end = TSplitter.End(text, position);
            count += counter.Count(text, position, end, limit - count);
            position = end;
        }

        Return(counter);
        return count;
    }

    private PieceCounter Rent()
    {
        for (var index = 0; index < idle.Length; index++)
        {
            if (Volatile.Read(ref idle[index]) is not null && Interlocked.Exchange(ref idle[index], null) is { } counter)
            {
                return counter;
            }
        }

        return new PieceCounter(vocabulary);
    }

    private void Return(PieceCounter counter)
    {
        for (var index = 0; index < idle.Length; index++)
        {
            if (Volatile.Read(ref idle[index]) is null && Interlocked.CompareExchange(ref idle[index], counter, null) is null)
            {
                return;
            }
        }
    }
}
