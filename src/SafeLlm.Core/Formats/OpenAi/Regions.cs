namespace SafeLlm.Formats;

/// <summary>OpenAI's hosts that keep data in a region, for more money: <c>eu.api.openai.com</c>.</summary>
internal static class Regions
{
    private const string Host = "api.openai.com";

    /// <summary>Notes the region of a request's host.</summary>
    public static void Add(in RequestTarget target, RequestFacts facts)
    {
        if (target.Authority.EndsWith($".{Host}", StringComparison.OrdinalIgnoreCase))
        {
            (facts.PriceFactors ??= []).Add(target.Authority[..target.Authority.IndexOf('.', StringComparison.Ordinal)]);
        }
    }
}
