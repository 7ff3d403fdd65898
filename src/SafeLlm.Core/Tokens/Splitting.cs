using System.Runtime.CompilerServices;

namespace SafeLlm.Tokens;

/// <summary>What both encodings' splitting rules share.</summary>
internal static class Splitting
{
    /// <summary>The end of the longest run of the classes from a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int SkipWhile(ReadOnlySpan<byte> text, int position, CharClass classes)
    {
        while (position < text.Length && (CharClasses.At(text, position, out var length) & classes) != 0)
        {
            position += length;
        }

        return position;
    }

    /// <summary>\p{N}{1,3}</summary>
    public static int Digits(ReadOnlySpan<byte> text, int position)
    {
        for (var digits = 0; digits < 3 && position < text.Length; digits++)
        {
            if (CharClasses.At(text, position, out var length) != CharClass.Number)
            {
                break;
            }

            position += length;
        }

        return position;
    }

    /// <summary>
    /// \s*[\r\n]+|\s+(?!\S)|\s+ from the start of a run of white space that no other rule takes: up to its last line break;
    /// without one, all but its last character, which the next piece may begin with; all of it at the end of the text.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">The first character of white space.</param>
    /// <param name="wholeAtEnd">Whether a run at the end of the text is one piece whatever breaks it holds (\s+$, cl100k_base).</param>
    public static int WhiteSpace(ReadOnlySpan<byte> text, int start, bool wholeAtEnd)
    {
        var position = start;
        var last = start;
        var afterBreak = -1;
        while (position < text.Length)
        {
            var kind = CharClasses.At(text, position, out var length);
            if ((kind & CharClass.WhiteSpace) == 0)
            {
                break;
            }

            last = position;
            position += length;
            if (kind == CharClass.LineBreak)
            {
                afterBreak = position;
            }
        }

        if (position == text.Length && (wholeAtEnd || afterBreak < 0))
        {
            return position;
        }

        return afterBreak >= 0 ? afterBreak : last > start ? last : position;
    }

    /// <summary>(?i:'s|'t|'re|'ve|'m|'ll|'d): the end of a contraction that starts with an apostrophe at a position, or the position.</summary>
    public static int Contraction(ReadOnlySpan<byte> text, int position)
    {
        var left = text.Length - position;
        if (left < 2 || text[position] != (byte)'\'')
        {
            return position;
        }

        switch (text[position + 1] | 0x20)
        {
            case 's' or 't' or 'm' or 'd':
                return position + 2;
            case 'r' or 'v' when left >= 3 && (text[position + 2] | 0x20) == 'e':
            case 'l' when left >= 3 && (text[position + 2] | 0x20) == 'l':
                return position + 3;
            default:
                return position;
        }
    }
}
