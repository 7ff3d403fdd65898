namespace SafeLlm.AspNetCore;

/// <summary>How many ids of things that the provider keeps are remembered, with the tenant that each was issued to.</summary>
public sealed class SafeLlmIssuedIdOptions
{
    /// <summary>The most ids over all tenants, some 100 bytes each; of one tenant a quarter at most. The oldest are forgotten first, and then refused.</summary>
    /// <value>The default is 100,000; from 100 to 10,000,000.</value>
    public int Most { get; set; } = 100_000;

    /// <summary>How long an id is remembered.</summary>
    /// <value>The default is 30 days, as long as OpenAI keeps a response; from one minute to 365 days.</value>
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);
}
