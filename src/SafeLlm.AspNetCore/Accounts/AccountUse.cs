namespace SafeLlm.AspNetCore;

/// <summary>What a request uses of the provider's account beyond the single call. Nearly every request uses nothing, so lists are made when there is something for them.</summary>
internal sealed class AccountUse
{
    private List<string>? ids;
    private List<HostedToolUse>? hostedTools;
    private List<string>? serviceTiers;
    private bool isUnbounded;

    /// <summary>What it names that the provider keeps.</summary>
    public IReadOnlyList<string> Ids => ids ?? (IReadOnlyList<string>)[];

    /// <summary>The tools that run at the provider.</summary>
    public IReadOnlyList<HostedToolUse> HostedTools => hostedTools ?? (IReadOnlyList<HostedToolUse>)[];

    /// <summary>How it wants to be served, in the provider's words.</summary>
    public IReadOnlyList<string> ServiceTiers => serviceTiers ?? (IReadOnlyList<string>)[];

    /// <summary>The bound on the uses of all tools together; null where there is none.</summary>
    public long? MostToolCalls { get; private set; }

    /// <summary>What it says of being kept; null where it says nothing.</summary>
    public bool? Store { get; set; }

    /// <summary>Where a <c>store</c> that says nothing stands, so that it can be replaced; null where there is none.</summary>
    public Range? EmptyStore { get; set; }

    public bool IsBackground { get; set; }

    /// <summary>Bounds all tools together; null where a bound is written that bounds nothing, after which no other does.</summary>
    public void Bound(long? most)
    {
        isUnbounded |= most is null;
        MostToolCalls = isUnbounded ? null : most;
    }

    public void AddId(string id) => (ids ??= []).Add(id);

    public void AddTool(HostedToolUse tool) => (hostedTools ??= []).Add(tool);

    public void AddServiceTier(string tier) => (serviceTiers ??= []).Add(tier);
}
