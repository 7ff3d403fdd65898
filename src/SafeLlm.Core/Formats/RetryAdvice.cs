namespace SafeLlm.Formats;

/// <summary>What a response says about trying again.</summary>
/// <param name="Kind">Whether another attempt can help.</param>
/// <param name="After">How long to wait, as the provider said it; null where it did not.</param>
/// <param name="Code">The provider's own code for the error; null where it gave none.</param>
public readonly record struct RetryAdvice(RetryKind Kind, TimeSpan? After, string? Code);
