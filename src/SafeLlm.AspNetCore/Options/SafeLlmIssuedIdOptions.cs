namespace SafeLlm.AspNetCore;

/// <summary>How many ids of things that the provider keeps are remembered, with the tenant that each was issued to.</summary>
public sealed class SafeLlmIssuedIdOptions
{
    /// <summary>
    /// The most ids of one tenant, some 120 to 200 bytes each; an answer of the Responses API issues one for itself and one for each item. The oldest
    /// are forgotten first, and then refused. Stores in memory keep 100,000 over all tenants.
    /// </summary>
    /// <value>The default is 25,000; from 100 to 1,000,000.</value>
    public int MostPerTenant { get; set; } = 25_000;

    /// <summary>How long an id is remembered.</summary>
    /// <value>The default is 30 days, as long as OpenAI keeps a response; from one minute to 365 days.</value>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);
}
