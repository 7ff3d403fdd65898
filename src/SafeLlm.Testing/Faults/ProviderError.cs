namespace SafeLlm.Testing;

/// <summary>An error before a wire format puts it into its own words.</summary>
/// <param name="Kind">What went wrong.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">For people.</param>
internal sealed record ProviderError(ProviderErrorKind Kind, int Status, string Message)
{
    /// <summary>The member at fault, where one is.</summary>
    public string? Member { get; init; }
}
