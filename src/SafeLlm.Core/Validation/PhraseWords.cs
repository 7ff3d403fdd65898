using System.Text;

namespace SafeLlm.Validation;

/// <summary>
/// The words that phrases have, and those that are numbers. Nearly every word of a text is known not to be among them by its
/// ends, its second letter and its length alone. Immutable.
/// </summary>
internal sealed class PhraseWords
{
    /// <summary>The word is of no interest.</summary>
    public const int None = 0;

    /// <summary>The word may begin a phrase, so that it matters always.</summary>
    public const int Begins = 1;

    /// <summary>The word may go on with a phrase that has begun.</summary>
    public const int GoesOn = 2;

    private const int LongestWord = 24;
    private const int Bits = 12;

    private readonly byte[] levels = new byte[1 << Bits];
    private readonly WordStarts beginning = new();
    private readonly WordStarts any = new();
    private readonly ushort[] heads = new ushort[1 << Bits];
    private readonly List<Entry> entries = [new Entry([], [], 0)];

    /// <param name="words">The words of phrases, each with the slots that it fits.</param>
    /// <param name="numberBegins">Whether a number may begin a phrase.</param>
    public PhraseWords(Dictionary<string, List<PhrasePlace>> words, bool numberBegins)
    {
        foreach (var (word, places) in words) Add(word, [.. places], places.Exists(place => place.IsFirst));
        foreach (var word in NumberWords.All)
        {
            if (!words.ContainsKey(word)) Add(word, [], numberBegins);
        }
    }

    /// <summary>How the words begin that may begin a phrase.</summary>
    public WordStarts Beginning => beginning;

    /// <summary>How all of them begin.</summary>
    public WordStarts Any => any;

    /// <summary>Whether a word may be one of them: <see cref="Begins"/>, <see cref="GoesOn"/>, both or <see cref="None"/>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the word begins.</param>
    /// <param name="length">Its length, at least 1.</param>
    public int LevelOf(ReadOnlySpan<byte> text, int start, int length) => levels[Slot(text, start, length)];

    /// <summary>The entry of a word that <see cref="LevelOf"/> told of; null where it only looks like one.</summary>
    public Entry? Find(ReadOnlySpan<byte> text, int start, int length)
    {
        for (int index = heads[Slot(text, start, length)]; index != 0; index = entries[index].Next)
        {
            if (Ascii.EqualsIgnoreCase(text.Slice(start, length), entries[index].Word)) return entries[index];
        }

        return null;
    }

    // Letters of either case have the same five bits.
    private static int Slot(ReadOnlySpan<byte> text, int start, int length)
    {
        var last = start + length - 1;
        var key = (text[start] & 31u) | ((text[Math.Min(start + 1, last)] & 31u) << 5) | ((text[last] & 31u) << 10) | ((uint)length << 15);
        return (int)((key * 0x9E37_79B1u) >> (32 - Bits));
    }

    private void Add(string word, PhrasePlace[] places, bool begins)
    {
        // A text's words have no other ends, and none is longer that means anything.
        if (word.Length is 0 or > LongestWord || !char.IsAsciiLetterLower(word[0]) || !char.IsAsciiLetterLower(word[^1])) return;

        var bytes = Encoding.UTF8.GetBytes(word);
        var slot = Slot(bytes, 0, bytes.Length);
        levels[slot] |= (byte)(begins ? Begins | GoesOn : GoesOn);
        any.Add(bytes);
        if (begins) beginning.Add(bytes);
        entries.Add(new Entry(bytes, places, heads[slot]));
        heads[slot] = (ushort)(entries.Count - 1);
    }

    /// <summary>One word.</summary>
    /// <param name="Word">Its letters.</param>
    /// <param name="Places">The slots that it fits; none where it is a number.</param>
    /// <param name="Next">Another word that looks like it; 0 for none.</param>
    internal sealed record Entry(byte[] Word, PhrasePlace[] Places, ushort Next)
    {
        /// <summary>The word as a number is spelled.</summary>
        public string Text { get; } = Encoding.UTF8.GetString(Word);
    }
}
