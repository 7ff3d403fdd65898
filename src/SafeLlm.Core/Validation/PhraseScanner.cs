using System.Runtime.CompilerServices;
using SafeLlm.Formats;
using SafeLlm.Tokens;

namespace SafeLlm.Validation;

/// <summary>
/// Looks for many phrases in one pass over a text: it cuts words, knows the few that a phrase has, and moves each phrase on by
/// at most one slot a word. Linear in the text whatever the text, as there is nothing to go back to.
/// </summary>
internal sealed class PhraseScanner
{
    private const int LongestWord = 24;
    private const long Idle = -1;

    private readonly (PhrasePattern Phrase, PromptFinding Finding)[] phrases;
    private readonly Dictionary<string, int> words = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup;

    // for each slot of each phrase: the last word at which it may match; the words that fit it
    private readonly long[][] open;
    private readonly HashSet<int>[][] fitting;

    private readonly bool[] isFound;
    private long position;
    private int offset;

    private PhraseScanner((PhrasePattern, PromptFinding)[] phrases)
    {
        this.phrases = phrases;
        open = new long[phrases.Length][];
        fitting = new HashSet<int>[phrases.Length][];
        isFound = new bool[phrases.Length];
        for (var index = 0; index < phrases.Length; index++)
        {
            var slots = this.phrases[index].Phrase.Slots;
            open[index] = new long[slots.Length];
            fitting[index] = [.. slots.Select(slot => slot.Words.Select(Number).ToHashSet())];
        }

        lookup = words.GetAlternateLookup<ReadOnlySpan<char>>();

        int Number(string word) => words.TryGetValue(word, out var known) ? known : words[word] = words.Count;
    }

    /// <summary>Finds each phrase at most once in each message.</summary>
    public static IEnumerable<PromptFinding> Find(CallFacts facts, IReadOnlyList<(PhrasePattern Phrase, PromptFinding Finding)> phrases)
    {
        var scanner = new PhraseScanner([.. phrases]);
        var findings = new List<PromptFinding>();
        using var text = new PooledText();
        var message = int.MinValue;
        foreach (var part in facts.Parts)
        {
            if (part.Kind != PromptPartKind.Text || part.Role is PromptRole.Assistant or PromptRole.Tool)
            {
                continue;
            }

            if (part.Message != message)
            {
                message = part.Message;
                Array.Clear(scanner.isFound);
            }

            var bytes = facts.Raw(part);
            if (part.IsEscaped)
            {
                text.Clear();
                facts.WriteText(part, text);
                bytes = text.Written;
            }

            scanner.offset = part.Start;
            scanner.Scan(bytes, part.Message < 0 ? null : part.Message, findings);
        }

        return findings;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(ReadOnlySpan<byte> text, int? message, List<PromptFinding> findings)
    {
        Span<char> word = stackalloc char[LongestWord];
        long spelled = 0;
        EndSentence();
        for (var index = 0; index < text.Length;)
        {
            var value = text[index];
            if (char.IsAsciiLetter((char)value))
            {
                var length = 0;
                for (; index < text.Length && (char.IsAsciiLetter((char)text[index]) || (text[index] == '\'' && index + 1 < text.Length && char.IsAsciiLetter((char)text[index + 1]))); index++)
                {
                    if (length < LongestWord)
                    {
                        word[length] = (char)(text[index] | 0x20);
                    }

                    length++;
                }

                var known = length <= LongestWord && lookup.TryGetValue(word[..length], out var id) ? id : -1;
                var before = spelled;
                spelled = known < 0 && length <= LongestWord ? NumberWords.After(spelled, word[..length]) : 0;

                // "ten thousand" is one word of a phrase
                position -= before > 0 && spelled > 0 ? 1 : 0;
                Take(known, spelled, message, findings);
            }
            else if (char.IsAsciiDigit((char)value))
            {
                spelled = ReadNumber(text, ref index);
                Take(-1, spelled, message, findings);
            }
            else
            {
                if (value is (byte)'.' or (byte)'!' or (byte)'?' or (byte)'\n' && (index + 1 == text.Length || text[index + 1] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'"'))
                {
                    EndSentence();
                }

                index++;
            }
        }
    }

    /// <summary>Digits with separators between them, and a k behind: 10,000, 10_000, 10k.</summary>
    private static long ReadNumber(ReadOnlySpan<byte> text, ref int index)
    {
        long number = 0;
        for (; index < text.Length; index++)
        {
            if (char.IsAsciiDigit((char)text[index]))
            {
                number = Math.Min((number * 10) + (text[index] - '0'), 1_000_000_000_000);
            }
            else if (text[index] is not ((byte)',' or (byte)'_' or (byte)'\'') || index + 1 == text.Length || !char.IsAsciiDigit((char)text[index + 1]))
            {
                break;
            }
        }

        if (index < text.Length && (text[index] | 0x20) == 'k' && (index + 1 == text.Length || !char.IsAsciiLetterOrDigit((char)text[index + 1])))
        {
            index++;
            number *= 1_000;
        }

        return number;
    }

    private void Take(int word, long number, int? message, List<PromptFinding> findings)
    {
        position++;
        if (word < 0 && number == 0)
        {
            // most words are in no phrase
            return;
        }

        for (var index = 0; index < phrases.Length; index++)
        {
            if (isFound[index])
            {
                continue;
            }

            var slots = phrases[index].Phrase.Slots;
            var until = open[index];
            for (var slot = slots.Length - 1; slot >= 0; slot--)
            {
                var isOpen = slot == 0 || until[slot] >= position;
                if (!isOpen || !(slots[slot].AtLeast is { } least ? number >= least : word >= 0 && fitting[index][slot].Contains(word)))
                {
                    continue;
                }

                if (slot == slots.Length - 1)
                {
                    isFound[index] = true;
                    findings.Add(phrases[index].Finding with { Place = message, Offset = offset });
                    break;
                }

                until[slot + 1] = position + 1 + slots[slot + 1].Gap;
            }
        }
    }

    private void EndSentence()
    {
        foreach (var until in open)
        {
            Array.Fill(until, Idle);
        }
    }
}
