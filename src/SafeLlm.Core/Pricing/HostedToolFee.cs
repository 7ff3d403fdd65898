namespace SafeLlm.Pricing;

/// <summary>What one tool of a call that runs at the provider may cost on top of its tokens.</summary>
/// <param name="Tool">The tool as the request names it.</param>
/// <param name="DollarsPerUse">The price of one use, in US dollars.</param>
/// <param name="MostUses">How often it is used at most; 0 where nothing is held for it and only what the answer tells is charged.</param>
public readonly record struct HostedToolFee(string Tool, decimal DollarsPerUse, long MostUses);
