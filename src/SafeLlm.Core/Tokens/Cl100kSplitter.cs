namespace SafeLlm.Tokens;

/// <summary>
/// The rules of cl100k_base, as openai/tiktoken publishes them: <c>'(?i:[sdmt]|ll|ve|re)</c>,
/// <c>[^\r\n\p{L}\p{N}]?\p{L}+</c>, <c>\p{N}{1,3}</c>, <c> ?[^\s\p{L}\p{N}]+[\r\n]*</c>, <c>\s+$</c>, <c>\s*[\r\n]</c>,
/// <c>\s+(?!\S)</c>, <c>\s</c>; the first that matches wins.
/// </summary>
internal readonly struct Cl100kSplitter : ISplitter
{
    public static int End(ReadOnlySpan<byte> text, int start)
    {
        var first = CharClasses.At(text, start, out var length);
        var next = start + length;
        if ((first & CharClass.Letter) != 0)
        {
            return Splitting.SkipWhile(text, next, CharClass.Letter);
        }

        if (first == CharClass.Number)
        {
            return Splitting.Digits(text, start);
        }

        if (first == CharClass.LineBreak)
        {
            return Splitting.WhiteSpace(text, start, wholeAtEnd: true);
        }

        if (length == 4)
        {
            // the reference sees two surrogates, and a prefix is one character
            return Symbols(text, next);
        }

        var contraction = Splitting.Contraction(text, start);
        if (contraction > start)
        {
            return contraction;
        }

        var second = next < text.Length ? CharClasses.At(text, next, out length) : default;
        if ((second & CharClass.Letter) != 0)
        {
            return Splitting.SkipWhile(text, next + length, CharClass.Letter);
        }

        return (first & CharClass.Symbol) != 0 ? Symbols(text, next)
            : text[start] == (byte)' ' && (second & CharClass.Symbol) != 0 ? Symbols(text, next)
            : Splitting.WhiteSpace(text, start, wholeAtEnd: true);
    }

    private static int Symbols(ReadOnlySpan<byte> text, int position)
    {
        position = Splitting.SkipWhile(text, position, CharClass.Symbol);
        while (position < text.Length && text[position] is (byte)'\r' or (byte)'\n')
        {
            position++;
        }

        return position;
    }
}
