namespace SafeLlm.Pricing;

/// <summary>A tool that a request lets the provider run.</summary>
/// <param name="Name">What the request calls it.</param>
/// <param name="MostUses">The bound on its uses that stands with the tool itself; null where there is none.</param>
public readonly record struct HostedToolUse(string Name, long? MostUses);
