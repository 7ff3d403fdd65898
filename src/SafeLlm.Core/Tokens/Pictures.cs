using SafeLlm.Formats;

namespace SafeLlm.Tokens;

/// <summary>The pictures of a prompt.</summary>
internal static class Pictures
{
    /// <summary>The tokens of all pictures of which size and way of counting are known.</summary>
    public static (long Expected, long Upper) Count(CallFacts facts, TokenFamily family, string model)
    {
        long expected = 0, upper = 0;
        foreach (var part in facts.Parts)
        {
            if (part.Kind == PromptPartKind.Image && Count(facts, part, family, model) is { } tokens)
            {
                expected += tokens.Expected;
                upper += tokens.Upper;
            }
        }

        return (expected, upper);
    }

    /// <summary>Whether a picture's tokens follow from the request.</summary>
    public static bool AreKnown(CallFacts facts, TokenFamily family, string model)
    {
        foreach (var part in facts.Parts)
        {
            if (part.Kind == PromptPartKind.Image && Count(facts, part, family, model) is null)
            {
                return false;
            }
        }

        return true;
    }

    private static (long Expected, long Upper)? Count(CallFacts facts, PromptPart part, TokenFamily family, string model)
    {
        var isOpenAi = ReferenceEquals(family, TokenFamilies.OpenAi);
        return (isOpenAi || family.Images is not null) && ImageSize.Of(facts.Raw(part)) is { } size
            ? isOpenAi ? OpenAiImages.Tokens(model, size, facts.HasOriginalPictures) : family.Images!(size)
            : null;
    }
}
