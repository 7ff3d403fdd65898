using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Accounts;

/// <summary>
/// What a request uses of the provider's account beyond the single call, read in any wire format and at any place. Nearly every request uses
/// nothing, so lists are made when there is something for them.
/// </summary>
public sealed class AccountUse
{
    private List<string>? ids;
    private List<HostedToolUse>? hostedTools;
    private List<string>? serviceTiers;
    private bool isUnbounded;

    internal AccountUse()
    {
    }

    /// <summary>What it names that the provider keeps.</summary>
    public IReadOnlyList<string> Ids => ids ?? (IReadOnlyList<string>)[];

    /// <summary>The tools that run at the provider.</summary>
    public IReadOnlyList<HostedToolUse> HostedTools => hostedTools ?? (IReadOnlyList<HostedToolUse>)[];

    /// <summary>How it wants to be served, in the provider's words.</summary>
    public IReadOnlyList<string> ServiceTiers => serviceTiers ?? (IReadOnlyList<string>)[];

    /// <summary>The bound on the uses of all tools together; null where there is none.</summary>
    public long? MostToolCalls { get; private set; }

    /// <summary>What it says of being kept; null where it says nothing.</summary>
    public bool? Store { get; internal set; }

    /// <summary>Where a <c>store</c> that says nothing stands, so that it can be replaced; null where there is none.</summary>
    public Range? EmptyStore { get; internal set; }

    /// <summary>Whether the call goes on when it is answered.</summary>
    public bool IsBackground { get; internal set; }

    /// <summary>What a request uses.</summary>
    /// <param name="content">The request's content: one JSON document, sound by <see cref="StrictJson.Check"/> or read by a wire format.</param>
    public static AccountUse Read(ReadOnlySpan<byte> content) => AccountReader.Read(content);

    /// <summary>Bounds all tools together; null where a bound is written that bounds nothing, after which no other does.</summary>
    internal void Bound(long? most)
    {
        isUnbounded |= most is null;
        MostToolCalls = isUnbounded ? null : most;
    }

    internal void AddId(string id) => (ids ??= []).Add(id);

    internal void AddTool(HostedToolUse tool) => (hostedTools ??= []).Add(tool);

    internal void AddServiceTier(string tier) => (serviceTiers ??= []).Add(tier);
}
