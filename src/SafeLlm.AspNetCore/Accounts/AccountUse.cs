namespace SafeLlm.AspNetCore;

/// <summary>What a request uses of the provider's account beyond the single call.</summary>
internal sealed class AccountUse
{
    /// <summary>What it names that the provider keeps.</summary>
    public List<string> Ids { get; } = [];

    /// <summary>The tools that run at the provider.</summary>
    public List<HostedToolUse> HostedTools { get; } = [];

    /// <summary>The bound on the uses of all of them together; null where there is none.</summary>
    public long? MostToolCalls { get; set; }

    /// <summary>What it says of being kept; null where it says nothing.</summary>
    public bool? Store { get; set; }

    /// <summary>Where a <c>store</c> that says nothing stands, so that it can be replaced; null where there is none.</summary>
    public Range? EmptyStore { get; set; }

    public bool IsBackground { get; set; }

    /// <summary>How it wants to be served, in the provider's words.</summary>
    public List<string> ServiceTiers { get; } = [];
}
