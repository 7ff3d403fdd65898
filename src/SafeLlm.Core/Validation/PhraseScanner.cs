using System.Collections.Frozen;
using SafeLlm.Formats;
using SafeLlm.Tokens;

namespace SafeLlm.Validation;

/// <summary>
/// Looks for many phrases in one pass over a text: it cuts words, knows the few that a phrase has, and moves each phrase on by
/// at most one slot a word. Linear in the text whatever the text, as there is nothing to go back to. Immutable: made once a policy.
/// </summary>
internal sealed class PhraseScanner
{
    private const int LongestWord = 24;
    private const int Letters = 26;
    private const long Idle = -1;
    private const byte Letter = 1;
    private const byte Digit = 2;
    private const byte Stop = 3;

    // by byte: a letter, a digit, what may end a sentence, or anything else
    private static readonly byte[] KindTable = [.. Enumerable.Range(0, 256).Select(value => char.IsAsciiLetter((char)value) ? Letter : char.IsAsciiDigit((char)value) ? Digit : value is '.' or '!' or '?' or '\n' ? Stop : (byte)0)];

    private readonly (PhrasePattern Phrase, PromptFinding Finding)[] phrases;

    // where each phrase's slots begin in a run's list of open slots
    private readonly int[] starts;
    private readonly int slots;

    // for each word the slots that it fits, phrase by phrase and the last slot of each first; likewise the slots of numbers
    private readonly FrozenDictionary<string, (int Phrase, int Slot)[]>.AlternateLookup<ReadOnlySpan<char>> places;
    private readonly (int Phrase, int Slot)[] numbers;

    // by first and last letter, the lengths of the words that matter: nearly every word of a text is known not to by this alone
    private readonly uint[] lengths = new uint[Letters * Letters];
    private readonly uint[] seconds = new uint[Letters * Letters];

    public PhraseScanner((PhrasePattern Phrase, PromptFinding Finding)[] phrases)
    {
        this.phrases = phrases;
        starts = new int[phrases.Length];
        var words = new Dictionary<string, List<(int, int)>>(StringComparer.Ordinal);
        var counts = new List<(int, int)>();
        for (var phrase = 0; phrase < phrases.Length; phrase++)
        {
            starts[phrase] = slots;
            var own = phrases[phrase].Phrase.Slots;
            slots += own.Length;
            for (var slot = own.Length - 1; slot >= 0; slot--)
            {
                if (own[slot].AtLeast is not null) counts.Add((phrase, slot));
                foreach (var word in own[slot].Words.Distinct(StringComparer.Ordinal))
                {
                    if (!words.TryGetValue(word, out var known)) words[word] = known = [];
                    known.Add((phrase, slot));
                }
            }
        }

        numbers = [.. counts];
        places = words.ToFrozenDictionary(word => word.Key, word => word.Value.ToArray(), StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var word in words.Keys.Concat(NumberWords.All))
        {
            if (word.Length <= LongestWord && char.IsAsciiLetterLower(word[0]) && char.IsAsciiLetterLower(word[^1])) Note(word);
        }
    }

    private void Note(string word)
    {
        lengths[Ends(word[0], word[^1])] |= 1u << word.Length;

        // An apostrophe in the second place says nothing.
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            if (word.Length < 2 || letter == word[1] || !char.IsAsciiLetterLower(word[1])) seconds[Ends(word[0], letter)] |= 1u << word.Length;
        }
    }

    /// <summary>Finds each phrase at most once in each message.</summary>
    public IReadOnlyList<PromptFinding> Find(CallFacts facts)
    {
        var run = new Run(stackalloc long[slots <= 256 ? slots : 0], stackalloc bool[phrases.Length <= 256 ? phrases.Length : 0]);
        if (slots > 256) run.Open = new long[slots];
        if (phrases.Length > 256) run.IsFound = new bool[phrases.Length];
        PooledText? text = null;
        var message = int.MinValue;
        for (var i = 0; i < facts.Parts.Count; i++)
        {
            var part = facts.Parts[i];
            if (part.Kind != PromptPartKind.Text || part.Role is PromptRole.Assistant or PromptRole.Tool)
            {
                continue;
            }

            if (part.Message != message)
            {
                message = part.Message;
                run.IsFound.Clear();
            }

            var bytes = facts.Raw(part);
            if (part.IsEscaped)
            {
                text ??= new PooledText();
                text.Clear();
                facts.WriteText(part, text);
                bytes = text.Written;
            }

            run.Message = part.Message < 0 ? null : part.Message;
            run.Offset = part.Start;
            Scan(bytes, ref run);
        }

        text?.Dispose();
        return run.Findings ?? (IReadOnlyList<PromptFinding>)[];
    }

    private uint Second(int first, int second) => (uint)(second - 'a') < Letters ? seconds[Ends(first, second)] : uint.MaxValue;

    private static int Ends(int first, int last) => ((first - 'a') * Letters) + (last - 'a');

    private void Scan(scoped ReadOnlySpan<byte> text, ref Run run)
    {
        long spelled = 0;
        ReadOnlySpan<byte> kinds = KindTable;
        if (kinds.Length != 256) return;
        var lengths = this.lengths;
        run.Open.Fill(Idle);
        for (var index = 0; index < text.Length;)
        {
            var value = text[index];
            switch (kinds[value])
            {
                case Letter:
                    var start = index;
                    do index++;
                    while (index < text.Length && (kinds[text[index]] == Letter || (text[index] == '\'' && index + 1 < text.Length && kinds[text[index + 1]] == Letter)));

                    var length = index - start;
                    run.Position++;
                    spelled = length <= LongestWord && (lengths[Ends(value | 0x20, text[index - 1] | 0x20)] & Second(value | 0x20, text[Math.Min(start + 1, index - 1)] | 0x20) & (1u << length)) != 0
                        ? Take(text[start..index], spelled, ref run)
                        : 0;
                    break;
                case Digit:
                    run.Position++;
                    spelled = ReadNumber(text, ref index);
                    Take(spelled, ref run);
                    break;
                case Stop:
                    if (index + 1 == text.Length || text[index + 1] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'"') run.Open.Fill(Idle);
                    index++;
                    break;
                default:
                    index++;
                    break;
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

    /// <summary>Takes a word that may matter.</summary>
    /// <returns>The number that is spelled so far; 0 where the word is none.</returns>
    private long Take(scoped ReadOnlySpan<byte> letters, long spelled, ref Run run)
    {
        Span<char> word = stackalloc char[LongestWord];
        for (var i = 0; i < letters.Length; i++) word[i] = (char)(letters[i] | 0x20);
        word = word[..letters.Length];
        if (places.TryGetValue(word, out var fitting))
        {
            foreach (var (phrase, slot) in fitting) Advance(phrase, slot, ref run);
            return 0;
        }

        var number = NumberWords.After(spelled, word);

        // "ten thousand" is one word of a phrase
        run.Position -= spelled > 0 && number > 0 ? 1 : 0;
        Take(number, ref run);
        return number;
    }

    private void Take(long number, ref Run run)
    {
        if (number == 0) return;
        foreach (var (phrase, slot) in numbers)
        {
            if (number >= phrases[phrase].Phrase.Slots[slot].AtLeast) Advance(phrase, slot, ref run);
        }
    }

    private void Advance(int phrase, int slot, ref Run run)
    {
        if (run.IsFound[phrase]) return;

        var until = run.Open[starts[phrase]..];
        if (slot > 0 && until[slot] < run.Position) return;

        var own = phrases[phrase].Phrase.Slots;
        if (slot < own.Length - 1)
        {
            until[slot + 1] = run.Position + 1 + own[slot + 1].Gap;
            return;
        }

        run.IsFound[phrase] = true;
        (run.Findings ??= []).Add(phrases[phrase].Finding with { Place = run.Message, Offset = run.Offset });
    }

    /// <summary>What one look at a prompt keeps.</summary>
    private ref struct Run(Span<long> open, Span<bool> isFound)
    {
        /// <summary>For each slot of each phrase, the last word at which it may match.</summary>
        public Span<long> Open = open;

        public Span<bool> IsFound = isFound;

        public long Position;

        public int? Message;

        public int Offset;

        public List<PromptFinding>? Findings;
    }
}
