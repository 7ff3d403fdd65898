namespace SafeLlm.Formats;

/// <summary>How a provider serves a call, where that changes its price.</summary>
public enum ServiceTier
{
    /// <summary>As any other call; also where the provider did not say.</summary>
    Standard,

    /// <summary>Before others, for more money.</summary>
    Priority,

    /// <summary>When there is room, for less.</summary>
    Flex,

    /// <summary>Within a day, for less.</summary>
    Batch,
}
