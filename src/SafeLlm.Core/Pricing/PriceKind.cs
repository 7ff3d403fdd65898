namespace SafeLlm.Pricing;

/// <summary>What tokens a price is for.</summary>
public enum PriceKind
{
    /// <summary>Input.</summary>
    Input,

    /// <summary>Output.</summary>
    Output,

    /// <summary>Input served from a cache.</summary>
    CachedInput,

    /// <summary>Input written to a cache.</summary>
    CacheWrite,

    /// <summary>Input written to a cache that keeps it for an hour.</summary>
    CacheWriteLong,

    /// <summary>Reasoning.</summary>
    Reasoning,

    /// <summary>Sound in the input.</summary>
    AudioInput,

    /// <summary>Sound in the output.</summary>
    AudioOutput,
}
