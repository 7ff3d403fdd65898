namespace SafeLlm.AspNetCore;

/// <summary>How a call is settled whose usage nobody reported: the answer was cut, or the endpoint failed or kept silent.</summary>
public enum MissingUsagePolicy
{
    /// <summary>The whole hold is charged: the provider may have billed as much.</summary>
    Worst,

    /// <summary>
    /// The input as quoted and the output that was seen are charged. A model that reasons is still charged in full, as its
    /// reasoning is not seen.
    /// </summary>
    Floor,
}
