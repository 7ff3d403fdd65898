namespace SafeLlm.Testing;

/// <summary>An error in a provider's own words.</summary>
/// <param name="Status">The HTTP status: providers differ in it, too.</param>
/// <param name="Content">The JSON.</param>
internal sealed record ErrorAnswer(int Status, byte[] Content);
