namespace SafeLlm.Formats;

/// <summary>What is to be changed in a request. Every byte that is not named here stays as it was.</summary>
/// <param name="TokensPerChoice">The output bound to insert or to lower to, in tokens a choice; null leaves it.</param>
/// <param name="AskForUsage">Whether to ask for usage in the stream.</param>
public readonly record struct RequestEdit(long? TokensPerChoice, bool AskForUsage = false);
