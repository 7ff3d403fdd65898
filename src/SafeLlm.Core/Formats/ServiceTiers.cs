namespace SafeLlm.Formats;

/// <summary>The names that providers give to service tiers.</summary>
internal static class ServiceTiers
{
    /// <summary>
    /// The tier of a name; <c>auto</c>, <c>default</c>, <c>scale</c>, <c>on_demand</c>, <c>PROVISIONED_THROUGHPUT</c> and what is not known are
    /// the standard one.
    /// </summary>
    public static ServiceTier Of(ReadOnlySpan<char> name) => name switch
    {
        // OpenAI reports "fast" as priority; Google's enumeration has a prefix, and another one where Vertex AI tells the traffic
        "priority" or "PRIORITY" or "SERVICE_TIER_PRIORITY" or "ON_DEMAND_PRIORITY" or "fast" => ServiceTier.Priority,
        "flex" or "FLEX" or "SERVICE_TIER_FLEX" or "ON_DEMAND_FLEX" => ServiceTier.Flex,
        "batch" or "BATCH" => ServiceTier.Batch,
        _ => ServiceTier.Standard,
    };
}
