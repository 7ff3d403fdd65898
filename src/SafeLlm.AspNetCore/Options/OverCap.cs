namespace SafeLlm.AspNetCore;

/// <summary>What happens to a request whose output bound is missing or above its tier's cap.</summary>
public enum OverCap
{
    /// <summary>The bound is inserted or lowered; the endpoint reads the request so changed.</summary>
    Clamp,

    /// <summary>The request is refused, with the largest bound that would pass.</summary>
    Refuse,
}
