using System.Numerics;
using SafeLlm.Formats;
using SafeLlm.Tokens;

namespace SafeLlm.Validation;

/// <summary>
/// Looks for many phrases in one pass over a text: it cuts words, knows the few that a phrase has, and moves each phrase on by
/// at most one slot a word. Linear in the text whatever the text, as there is nothing to go back to. Immutable: made once a policy.
/// </summary>
internal sealed class PhraseScanner
{
    private const long Idle = -1;

    // further than any slot stays open
    private const long Apart = PhrasePattern.LongestGap + 2;

    private readonly (PhrasePattern Phrase, PromptFinding Finding)[] phrases;

    // how many there are of all phrases, each with a place of its own in a run's list of open slots
    private readonly int slots;

    private readonly PhraseWords words;

    // the slots of numbers, phrase by phrase and the last slot of each first
    private readonly (PhrasePlace Place, long AtLeast)[] numbers;

    public PhraseScanner((PhrasePattern Phrase, PromptFinding Finding)[] phrases)
    {
        this.phrases = phrases;
        var places = new Dictionary<string, List<PhrasePlace>>(StringComparer.Ordinal);
        var counts = new List<(PhrasePlace Place, long AtLeast)>();
        for (var phrase = 0; phrase < phrases.Length; phrase++)
        {
            var own = phrases[phrase].Phrase.Slots;
            // The last slot first: a word that fits two must not open the second for itself.
            for (var slot = own.Length - 1; slot >= 0; slot--)
            {
                var place = new PhrasePlace(phrase, slots + slot, IsFirst: slot == 0, slot + 1 < own.Length ? own[slot + 1].Gap : -1);
                if (own[slot].AtLeast is { } least) counts.Add((place, least));
                foreach (var word in own[slot].Words.Distinct(StringComparer.Ordinal))
                {
                    if (!places.TryGetValue(word, out var known)) places[word] = known = [];
                    known.Add(place);
                }
            }

            slots += own.Length;
        }

        numbers = [.. counts];
        words = new PhraseWords(places, counts.Exists(count => count.Place.IsFirst));
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

    private void Scan(scoped ReadOnlySpan<byte> text, ref Run run)
    {
        run.Open.Fill(Idle);
        (run.OpenUntil, run.Spelled) = (Idle, 0);
        for (var begin = 0; begin < text.Length;)
        {
            var rest = text[begin..];
            var block = TextBlock.Of(rest, words);
            begin += block.Length > 0 ? ScanBlock(rest, block, ref run) : ScanLongWord(rest, ref run);
        }
    }

    // How many bytes are done with: more than the block has where a number reaches beyond it.
    private int ScanBlock(scoped ReadOnlySpan<byte> text, TextBlock block, ref Run run)
    {
        var (done, stops, position) = (block.Length, block.Stops, run.Position);
        for (var tokens = block.Tokens; tokens != 0;)
        {
            // Most words are passed over by how they begin; that they were there still counts.
            var next = tokens & (run.MayGoOnAt(position + 1) ? block.GoesOn : block.Begins);
            if (next == 0)
            {
                position += BitOperations.PopCount(tokens);
                break;
            }

            var start = BitOperations.TrailingZeroCount(next);
            var length = block.WordLength(start);
            var before = (1ul << start) - 1;
            position += BitOperations.PopCount(tokens & before) + 1;
            tokens &= ulong.MaxValue << start << 1;
            if (length > 0 && !Matters(text, start, length, position, ref run)) continue;

            if ((stops & before) != 0)
            {
                position += run.Close();
                stops &= ~before;
            }

            run.MoveTo(position);
            if (length > 0)
            {
                TakeWord(text, start, length, ref run);
            }
            else
            {
                var end = start;
                run.Spelled = ReadNumber(text, ref end);
                TakeNumber(ref run);
                tokens &= end < TextBlock.Size ? ulong.MaxValue << end : 0;
                done = Math.Max(done, end);
            }

            position = run.LastTaken = run.Position;
        }

        if (stops != 0) position += run.Close();
        run.Position = position;
        return done;
    }

    // Letters and apostrophes without an end in sight: their first word, or the apostrophes before it.
    private int ScanLongWord(scoped ReadOnlySpan<byte> text, ref Run run)
    {
        var quotes = text.IndexOfAnyExcept((byte)'\'');
        if (quotes != 0) return quotes > 0 ? quotes : text.Length;

        var length = 1;
        while (length < text.Length && (char.IsAsciiLetter((char)text[length]) || (text[length] == '\'' && length + 1 < text.Length && char.IsAsciiLetter((char)text[length + 1])))) length++;
        var position = run.Position + 1;
        var matters = Matters(text, 0, length, position, ref run);
        run.MoveTo(position);
        if (matters)
        {
            TakeWord(text, 0, length, ref run);
            run.LastTaken = run.Position;
        }

        return length;
    }

    // A word that goes on with a phrase matters only while one has begun.
    private bool Matters(scoped ReadOnlySpan<byte> text, int start, int length, long position, ref Run run)
    {
        var level = words.LevelOf(text, start, length);
        return level != PhraseWords.None && (level != PhraseWords.GoesOn || run.MayGoOnAt(position));
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

    private void TakeWord(scoped ReadOnlySpan<byte> text, int start, int length, ref Run run)
    {
        var spelled = run.Spelled;
        run.Spelled = 0;
        if (words.Find(text, start, length) is not { } word) return;

        foreach (ref readonly var place in word.Places.AsSpan()) Advance(place, ref run);
        if (word.Places.Length > 0) return;

        // "ten thousand" is one word of a phrase
        run.Spelled = NumberWords.After(spelled, word.Text);
        run.Position -= spelled > 0 && run.Spelled > 0 ? 1 : 0;
        TakeNumber(ref run);
    }

    private void TakeNumber(ref Run run)
    {
        if (run.Spelled == 0) return;
        foreach (var (place, least) in numbers)
        {
            if (run.Spelled >= least) Advance(place, ref run);
        }
    }

    private void Advance(in PhrasePlace place, ref Run run)
    {
        if (run.IsFound[place.Phrase] || (!place.IsFirst && run.Open[place.At] < run.Position)) return;
        if (!place.IsLast)
        {
            var until = run.Position + 1 + place.Gap;
            run.Open[place.At + 1] = until;
            run.OpenUntil = Math.Max(run.OpenUntil, until);
            return;
        }

        run.IsFound[place.Phrase] = true;
        (run.Findings ??= []).Add(phrases[place.Phrase].Finding with { Place = run.Message, Offset = run.Offset });
    }

    /// <summary>What one look at a prompt keeps.</summary>
    private ref struct Run(Span<long> open, Span<bool> isFound)
    {
        /// <summary>For each slot of each phrase, the last word at which it may match.</summary>
        public Span<long> Open = open;

        /// <summary>The last word at which any may.</summary>
        public long OpenUntil = Idle;

        public Span<bool> IsFound = isFound;

        public long Position;

        /// <summary>The last word that was looked at closely; a number goes on with the very next one only.</summary>
        public long LastTaken;

        /// <summary>The number that the last words spell; 0 where they are none.</summary>
        public long Spelled;

        public int? Message;

        public int Offset;

        public List<PromptFinding>? Findings;

        /// <summary>Whether a phrase that has begun may go on at a word; behind a number it may be the rest of that.</summary>
        public readonly bool MayGoOnAt(long position) => OpenUntil >= position - (Spelled > 0 ? 1 : 0);

        public void MoveTo(long position)
        {
            if (position > LastTaken + 1) Spelled = 0;
            Position = position;
        }

        /// <summary>
        /// A sentence has ended: no phrase reaches over that. Returns by how much further on the next word counts, so that all open slots lie
        /// behind it; going through them would cost more than all else in a text of short sentences.
        /// </summary>
        public long Close()
        {
            if (OpenUntil == Idle) return 0;
            OpenUntil = Idle;
            LastTaken += Apart;
            return Apart;
        }
    }
}
