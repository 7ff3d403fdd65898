namespace SafeLlm.Validation;

/// <summary>A slot that a word fits, with all that it takes to move its phrase on.</summary>
/// <param name="Phrase">Which phrase.</param>
/// <param name="At">Where the slot stands among those of all phrases.</param>
/// <param name="IsFirst">Whether the phrase begins with it.</param>
/// <param name="Gap">How many other words may stand before the next slot; below 0 where it is the last.</param>
internal readonly record struct PhrasePlace(int Phrase, int At, bool IsFirst, int Gap)
{
    /// <summary>Whether the phrase is found with it.</summary>
    public bool IsLast => Gap < 0;
}
