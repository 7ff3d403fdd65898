using SafeLlm.Validation;

namespace SafeLlm.Tests.Validation;

/// <summary>The phrases of a text found a byte at a time, as one would write it down first: what the fast way must agree with.</summary>
internal sealed class PlainPhrases(IReadOnlyList<PhrasePattern> phrases)
{
    public IReadOnlyList<int> Find(string text)
    {
        var found = new SortedSet<int>();
        var open = phrases.Select(phrase => Enumerable.Repeat(-1L, phrase.Slots.Length).ToArray()).ToArray();
        long position = 0;
        long spelled = 0;
        for (var index = 0; index < text.Length;)
        {
            if (IsLetter(text, index))
            {
                var start = index;
                do index++;
                while (IsLetter(text, index) || (index < text.Length && text[index] == '\'' && IsLetter(text, index + 1)));
                position++;
                spelled = TakeWord(text[start..index].ToLowerInvariant(), spelled);
            }
            else if (char.IsAsciiDigit(text[index]))
            {
                position++;
                spelled = ReadNumber(text, ref index);
                TakeNumber(spelled);
            }
            else
            {
                var ends = text[index] is '.' or '!' or '?' or '\n' && (index + 1 == text.Length || text[index + 1] is ' ' or '\n' or '\r' or '"');
                if (ends) foreach (var slots in open) Array.Fill(slots, -1L);
                index++;
            }
        }

        return [.. found];

        long TakeWord(string word, long before)
        {
            if (phrases.Any(phrase => phrase.Slots.Any(slot => slot.Words.Contains(word))))
            {
                Fit(slot => slot.Words.Contains(word));
                return 0;
            }

            var number = NumberWords.After(before, word);
            if (before > 0 && number > 0) position--;
            TakeNumber(number);
            return number;
        }

        void TakeNumber(long number)
        {
            if (number > 0) Fit(slot => number >= slot.AtLeast);
        }

        void Fit(Func<PhrasePattern.Slot, bool> fits)
        {
            for (var phrase = 0; phrase < phrases.Count; phrase++)
            {
                var slots = phrases[phrase].Slots;
                for (var slot = slots.Length - 1; slot >= 0; slot--)
                {
                    if (!fits(slots[slot]) || (slot > 0 && open[phrase][slot] < position)) continue;
                    if (slot == slots.Length - 1) found.Add(phrase);
                    else open[phrase][slot + 1] = position + 1 + slots[slot + 1].Gap;
                }
            }
        }
    }

    private static bool IsLetter(string text, int index) => index < text.Length && char.IsAsciiLetter(text[index]);

    private static long ReadNumber(string text, ref int index)
    {
        long number = 0;
        while (index < text.Length)
        {
            if (char.IsAsciiDigit(text[index])) number = Math.Min((number * 10) + (text[index] - '0'), 1_000_000_000_000);
            else if (text[index] is not (',' or '_' or '\'') || index + 1 == text.Length || !char.IsAsciiDigit(text[index + 1])) break;
            index++;
        }

        if (index == text.Length || text[index] is not ('k' or 'K') || (index + 1 < text.Length && char.IsAsciiLetterOrDigit(text[index + 1]))) return number;
        index++;
        return number * 1_000;
    }
}
