namespace SafeLlm.Tokens;

/// <summary>
/// The rules of o200k_base, as openai/tiktoken publishes them:
/// <c>[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?</c>,
/// the same with upper case needed and lower case optional, <c>\p{N}{1,3}</c>, <c> ?[^\s\p{L}\p{N}]+[\r\n/]*</c>,
/// <c>\s*[\r\n]+</c>, <c>\s+(?!\S)</c>, <c>\s+</c>; the first that matches wins.
/// </summary>
internal readonly struct O200kSplitter : ISplitter
{
    public static int End(ReadOnlySpan<byte> text, int start)
    {
        var first = CharClasses.At(text, start, out var length);
        var next = start + length;
        if ((first & CharClass.Letter) != 0)
        {
            return Word(text, start, start, first);
        }

        if (first == CharClass.Number)
        {
            return Splitting.Digits(text, start);
        }

        if (first == CharClass.LineBreak)
        {
            return Splitting.WhiteSpace(text, start, wholeAtEnd: false);
        }

        if (length == 4)
        {
            // the reference sees two surrogates, and a prefix is one character
            return Symbols(text, next);
        }

        // first may stand before a word: white space, a mark, or anything else
        var second = next < text.Length ? CharClasses.At(text, next, out _) : default;
        if ((second & (CharClass.Letter | CharClass.Mark)) != 0 || first == CharClass.Mark)
        {
            return Word(text, start, next, first);
        }

        return (first & CharClass.Symbol) != 0 ? Symbols(text, next)
            : text[start] == (byte)' ' && (second & CharClass.Symbol) != 0 ? Symbols(text, next)
            : Splitting.WhiteSpace(text, start, wholeAtEnd: false);
    }

    /// <summary>The word rules, from <paramref name="letters"/> on, which is behind the prefix where there is one.</summary>
    private static int Word(ReadOnlySpan<byte> text, int start, int letters, CharClass first)
    {
        var position = letters;
        var afterUncased = -1;
        CharClass kind = default;
        while (position < text.Length)
        {
            kind = CharClasses.At(text, position, out var length);
            if ((kind & CharClass.UpperRun) == 0)
            {
                break;
            }

            position += length;
            if (kind != CharClass.Upper)
            {
                afterUncased = position;
            }
        }

        if (position < text.Length && kind == CharClass.Lower)
        {
            position = Splitting.SkipWhile(text, position, CharClass.LowerRun);
        }
        else if (afterUncased >= 0)
        {
            // the lower-case part needs one character: the run is given back to its last one that has no case
            position = afterUncased;
        }
        else if (first == CharClass.Mark)
        {
            // no lower-case part behind a mark taken as prefix: the mark is the word
            CharClasses.At(text, start, out var length);
            position = start + length;
        }

        return Splitting.Contraction(text, position);
    }

    private static int Symbols(ReadOnlySpan<byte> text, int position)
    {
        position = Splitting.SkipWhile(text, position, CharClass.Symbol);
        while (position < text.Length && text[position] is (byte)'\r' or (byte)'\n' or (byte)'/')
        {
            position++;
        }

        return position;
    }
}
