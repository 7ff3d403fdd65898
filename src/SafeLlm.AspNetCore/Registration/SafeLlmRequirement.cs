namespace SafeLlm.AspNetCore;

/// <summary>Marks an endpoint whose calls must be verified.</summary>
internal sealed class SafeLlmRequirement(SafeLlmEndpointOptions options)
{
    public SafeLlmEndpointOptions Options { get; } = options;
}
