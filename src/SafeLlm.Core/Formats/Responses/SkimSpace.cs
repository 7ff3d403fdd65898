namespace SafeLlm.Formats;

/// <summary>
/// The room in which a document is skimmed. Whoever uses it knows how much in it is his own, so that what was there before is never read; a
/// thread keeps one for the next answer, and nothing of an answer stays in it.
/// </summary>
internal sealed class SkimSpace
{
    /// <summary>No name of a member that is looked for is longer.</summary>
    public const int MaxName = 64;

    /// <summary>No text that is kept is longer.</summary>
    public const int MaxText = 128;

    [ThreadStatic]
    private static SkimSpace? spare;

    public byte[] Name { get; } = new byte[MaxName];

    public byte[] Scalar { get; } = new byte[SkimShape.MaxScalar];

    public byte[] Text { get; } = new byte[MaxText];

    /// <summary>The objects and arrays that are open; more where a document is deeper than most.</summary>
    public JsonSkimmer.Level[] Levels { get; set; } = new JsonSkimmer.Level[6];

    public static SkimSpace Rent()
    {
        var space = spare ?? new SkimSpace();
        spare = null;
        return space;
    }

    /// <summary>Gives it to the next, who may come at once: it is not touched again.</summary>
    public static void Return(SkimSpace space)
    {
        space.Name.AsSpan().Clear();
        space.Scalar.AsSpan().Clear();
        space.Text.AsSpan().Clear();
        spare = space;
    }
}
