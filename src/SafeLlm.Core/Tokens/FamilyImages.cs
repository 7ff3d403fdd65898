namespace SafeLlm.Tokens;

/// <summary>How many tokens models other than OpenAI's make of a picture (<c>wire-formats.md</c> D.3 and D.4).</summary>
internal static class FamilyImages
{
    // claude: pictures are fitted into 1,568 pixels and about 1,600 tokens; 750 pixels make a token
    private const double ClaudePixels = 750;
    private const long ClaudeSide = 1_568;
    private const long ClaudeMost = 1_640;

    // claude 4.7 and later take pictures up to three times as large
    private const long LargeSide = 2_576;
    private const long LargeMost = 4_800;

    // gemini: 258 tokens for what fits into 384 pixels, and for each tile of what does not
    private const int GeminiSmall = 384;
    private const long GeminiTile = 258;

    /// <summary>Claude before 4.7.</summary>
    public static (long Expected, long Upper) Claude(ImageSize size) => Claude(size, ClaudeSide, ClaudeMost);

    /// <summary>Claude since 4.7.</summary>
    public static (long Expected, long Upper) LargeClaude(ImageSize size) => Claude(size, LargeSide, LargeMost);

    /// <summary>Gemini before 3.</summary>
    public static (long Expected, long Upper) Gemini(ImageSize size)
    {
        if (size.Width <= GeminiSmall && size.Height <= GeminiSmall)
        {
            return (GeminiTile, GeminiTile + 2);
        }

        var side = Math.Clamp(Math.Min(size.Width, size.Height) / 1.5, 256, 768);
        var tiles = (long)(Math.Ceiling(size.Width / side) * Math.Ceiling(size.Height / side));
        return (GeminiTile, (GeminiTile * tiles) + 2);
    }

    /// <summary>Gemini since 3: one budget for a picture, whatever its size.</summary>
    public static (long Expected, long Upper) Gemini3(ImageSize size) => (1_090, 2_240);

    private static (long Expected, long Upper) Claude(ImageSize size, long side, long most)
    {
        var fit = Math.Min(1, side / (double)Math.Max(size.Width, size.Height));
        var tokens = (long)Math.Ceiling(size.Width * fit * size.Height * fit / ClaudePixels);

        // pictures are padded to whole patches of 28 pixels
        var padded = (long)Math.Ceiling(((size.Width * fit) + 28) * ((size.Height * fit) + 28) / ClaudePixels);
        return (Math.Min(tokens, most) + 3, Math.Min(padded, most) + 16);
    }
}
