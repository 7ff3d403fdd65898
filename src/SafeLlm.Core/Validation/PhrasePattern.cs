using System.Globalization;

namespace SafeLlm.Validation;

/// <summary>A phrase to look for: slots in order, each with the words that may stand before it. Matching it takes one look at each word.</summary>
internal sealed class PhrasePattern
{
    /// <summary>The most other words that may stand between two slots.</summary>
    public const int LongestGap = 12;

    private const int ShortGap = 3;

    private PhrasePattern(Slot[] slots) => Slots = slots;

    /// <summary>The slots in order.</summary>
    public Slot[] Slots { get; }

    /// <summary>Whether the phrase has a number.</summary>
    public bool HasNumber => Array.Exists(Slots, slot => slot.AtLeast is not null);

    /// <summary>The same phrase with another number as its least.</summary>
    public PhrasePattern WithNumber(long atLeast) => new([.. Slots.Select(slot => slot.AtLeast is null ? slot : slot with { AtLeast = atLeast })]);

    /// <summary>Reads a pattern; <see cref="PromptRule.ForPhrase"/> says how it is written.</summary>
    public static PhrasePattern Parse(string pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        var slots = new List<Slot>();
        var gap = 0;
        foreach (var item in pattern.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (item is ".." or "...")
            {
                if (slots.Count == 0)
                {
                    throw new ArgumentException($"The pattern \"{pattern}\" starts with a gap; start with a word.", nameof(pattern));
                }

                gap = item == ".." ? ShortGap : LongestGap;
                continue;
            }

            slots.Add(item[0] == '#'
                ? new Slot([], long.Parse(item.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture), gap)
                : new Slot([.. item.Split('|')], null, gap));
            gap = 0;
        }

        return slots.Count > 0 && gap == 0
            ? new PhrasePattern([.. slots])
            : throw new ArgumentException($"The pattern \"{pattern}\" is empty or ends with a gap; end with a word.", nameof(pattern));
    }

    /// <summary>One place of a phrase.</summary>
    /// <param name="Words">The words that fit; none where a number is asked for.</param>
    /// <param name="AtLeast">The lowest number that fits.</param>
    /// <param name="Gap">How many other words may stand before it.</param>
    internal sealed record Slot(string[] Words, long? AtLeast, int Gap);
}
