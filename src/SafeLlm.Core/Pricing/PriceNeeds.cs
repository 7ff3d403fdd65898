using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>What a request asks for that may make its tokens dearer.</summary>
/// <param name="ServiceTier">How it shall be served.</param>
/// <param name="LongCache">Whether it may keep input in a cache for an hour.</param>
/// <param name="Audio">Whether its input may be sound.</param>
internal readonly record struct PriceNeeds(ServiceTier ServiceTier, bool LongCache, bool Audio)
{
    /// <summary>Reads them from a request.</summary>
    public static PriceNeeds Of(CallFacts facts) => new(
        facts.ServiceTier,
        facts.AsksForLongCache,
        facts.Unknowable.Count > 0 || MayHaveAudio(facts));

    private static bool MayHaveAudio(CallFacts facts)
    {
        foreach (var part in facts.Parts)
        {
            if (part.Kind is PromptPartKind.Audio or PromptPartKind.File) return true;
        }

        return false;
    }
}
