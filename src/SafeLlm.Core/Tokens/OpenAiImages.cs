namespace SafeLlm.Tokens;

/// <summary>
/// How many tokens OpenAI's models make of a picture: older ones cut it into tiles of 512 pixels, newer ones into patches of 32.
/// Constants as documented and, where they differ, as measured (<c>wire-formats.md</c> D.2). The detail that a request may ask
/// for is taken for high, but for that of the picture's own size, which the newest models look at in far more patches.
/// </summary>
internal static class OpenAiImages
{
    private const int Tile = 512;
    private const int LongSide = 2048;
    private const int ShortSide = 768;
    private const int Patch = 32;
    private const int Original = 10_000;

    // by the start of the name, what is more specific first; a patch has a likely and a highest factor, in hundredths
    private static readonly (string Prefix, Rule Rule)[] Rows =
    [
        ("gpt-4o-mini", Rule.Tiles(2_833, 5_667)),
        ("gpt-4.1-mini", Rule.Patches(162, 162)),
        ("gpt-4.1-nano", Rule.Patches(246, 246)),
        ("o4-mini", Rule.Patches(172, 172)),
        ("o1", Rule.Tiles(75, 150)),
        ("o3", Rule.Tiles(75, 150)),
        ("computer-use", Rule.Tiles(65, 129)),
        ("gpt-5-mini", Rule.Patches(120, 162)),
        ("gpt-5-nano", Rule.Patches(150, 246)),
        ("gpt-5-codex-mini", Rule.Patches(120, 162)),
        ("gpt-5.4", Rule.Patches(120, 162) with { Most = 2_500, MostOfOriginal = Original }),
        ("gpt-5.5", Rule.Patches(120, 162) with { Most = 2_500, MostOfOriginal = Original }),
        ("gpt-5.6", Rule.Patches(120, 162) with { Most = 2_500, MostOfOriginal = Original }),
        // newer ones than are known look as closely
        ("gpt-5.", Rule.Patches(120, 162) with { MostOfOriginal = Original }),
        ("gpt-5", Rule.Tiles(70, 140)),
    ];

    // gpt-4o, gpt-4.1, gpt-4.5, gpt-4-turbo
    private static readonly Rule Other = Rule.Tiles(85, 170);

    /// <summary>The likely number, and the highest that was documented or measured.</summary>
    /// <param name="model">The model.</param>
    /// <param name="size">The picture's size.</param>
    /// <param name="isOriginal">Whether it shall be looked at in that size.</param>
    public static (long Expected, long Upper) Tokens(string model, ImageSize size, bool isOriginal)
    {
        var rule = For(model);
        if (!rule.IsPatches)
        {
            var tokens = rule.Base + ((long)rule.Each * TilesOf(size));
            return (tokens, tokens);
        }

        // two more than the patches alone were charged on every recording
        var patches = PatchesOf(size, isOriginal ? Math.Max(rule.Most, rule.MostOfOriginal) : rule.Most);
        return (((patches * rule.Each) + 99) / 100 + 2, ((patches * rule.EachUpper) + 99) / 100 + 16);
    }

    private static Rule For(string model)
    {
        var name = OpenAiModels.Bare(model);
        foreach (var (prefix, rule) in Rows)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return rule;
            }
        }

        return Other;
    }

    private static long TilesOf(ImageSize size)
    {
        double width = size.Width, height = size.Height;
        var fit = Math.Min(1, LongSide / Math.Max(width, height));
        fit *= Math.Min(1, ShortSide / (Math.Min(width, height) * fit));
        return (long)(Math.Ceiling(Math.Round(width * fit, 6) / Tile) * Math.Ceiling(Math.Round(height * fit, 6) / Tile));
    }

    private static long PatchesOf(ImageSize size, int most)
    {
        var patches = (long)Math.Ceiling(size.Width / (double)Patch) * (long)Math.Ceiling(size.Height / (double)Patch);
        return Math.Min(patches, most);
    }

    /// <param name="IsPatches">Whether the picture is cut into patches.</param>
    /// <param name="Base">Tokens of any picture.</param>
    /// <param name="Each">Tokens a tile, or hundredths of a token a patch.</param>
    /// <param name="EachUpper">The highest of them.</param>
    /// <param name="Most">The most patches.</param>
    private sealed record Rule(bool IsPatches, int Base, int Each, int EachUpper, int Most)
    {
        /// <summary>The most patches of a picture in its own size; 0 where it is not looked at so.</summary>
        public int MostOfOriginal { get; init; }

        public static Rule Tiles(int every, int tile) => new(false, every, tile, tile, 0);

        public static Rule Patches(int hundredths, int upper) => new(true, 0, hundredths, upper, 1_536);
    }
}
