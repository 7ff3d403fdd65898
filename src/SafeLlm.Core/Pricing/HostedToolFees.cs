using SafeLlm.Formats;

namespace SafeLlm.Pricing;

/// <summary>
/// What the tools of one call cost that run at the provider: at most, which is held, and by what its answer tells of their uses, which is
/// charged. What an answer does not tell, or might tell wrongly as it broke off, stays at its most.
/// </summary>
public sealed class HostedToolFees
{
    private readonly IReadOnlyList<HostedToolFee> tools;
    private readonly long? mostCalls;

    /// <param name="tools">The tools.</param>
    /// <param name="mostCalls">The bound on the uses of all of them together; null where there is none.</param>
    public HostedToolFees(IReadOnlyList<HostedToolFee> tools, long? mostCalls)
    {
        ArgumentNullException.ThrowIfNull(tools);
        this.tools = tools;
        this.mostCalls = mostCalls;
        Most = Sum(null);
    }

    /// <summary>The tools.</summary>
    public IReadOnlyList<HostedToolFee> Tools => tools;

    /// <summary>What they cost at most.</summary>
    public NanoUsd Most { get; }

    /// <summary>What they cost by an answer; <see cref="Most"/> where there is none or it is not whole.</summary>
    public NanoUsd Charge(ResponseReading? answer) => answer is { IsComplete: true } ? Sum(answer) : Most;

    /// <summary>What they cost at most.</summary>
    public override string ToString() => $"{tools.Count} tools at the provider, {Most} at most";

    private NanoUsd Sum(ResponseReading? answer)
    {
        // What a bound on all calls together lowers is held; what the answer tells, or no such bound reaches, stands apart.
        Money apart = default, held = default;
        var dearest = 0m;
        for (var i = 0; i < tools.Count; i++)
        {
            var tool = tools[i];
            var kind = KindOf(tool.Tool);
            if (Told(answer, kind) is { } uses)
            {
                if (!IsDearestOfItsKind(i)) continue;
                // A container is paid for from its making on, whether or not code ran in it in the end.
                if (kind == Kind.CodeRun) uses = Math.Max(uses, (int)Math.Min(1, tool.MostUses));
                Add(ref apart, uses, tool.DollarsPerUse);
            }
            else if (kind == Kind.Source)
            {
                // One call of it gives many sources: a bound on calls is none on them.
                Add(ref apart, tool.MostUses, tool.DollarsPerUse);
            }
            else
            {
                Add(ref held, tool.MostUses, tool.DollarsPerUse);
                if (tool.MostUses > 0) dearest = Math.Max(dearest, tool.DollarsPerUse);
            }
        }

        // Whichever bound is the tighter: each tool's own, or that of all together.
        var most = held.RoundedUp;
        if (mostCalls is { } all)
        {
            Money together = default;
            Add(ref together, all, dearest);
            if (together.RoundedUp < most) most = together.RoundedUp;
        }

        return apart.RoundedUp + most;
    }

    // As for tokens, the price is one of a million. A use costs a thousand dollars at most, as options have it: more would not fit.
    private static void Add(ref Money sum, long uses, decimal dollars) => sum.Add(uses, Math.Min(dollars, 1_000m) * 1_000_000m);

    // An answer does not tell two tools of a kind apart: its uses are charged once, at the dearer price.
    private bool IsDearestOfItsKind(int at)
    {
        var kind = KindOf(tools[at].Tool);
        for (var i = 0; i < tools.Count; i++)
        {
            if (KindOf(tools[i].Tool) != kind || i == at) continue;
            if (tools[i].DollarsPerUse > tools[at].DollarsPerUse || (tools[i].DollarsPerUse == tools[at].DollarsPerUse && i < at)) return false;
        }

        return true;
    }

    private static int? Told(ResponseReading? answer, Kind kind) => kind switch
    {
        Kind.Search or Kind.Source => answer?.WebSearches,
        Kind.FileSearch => answer?.FileSearches,
        Kind.CodeRun => answer?.CodeRuns,
        _ => null,
    };

    private static Kind KindOf(string tool) => tool switch
    {
        // One search in each call, asked of a model that does nothing else: no answer tells it.
        SearchingModel.Tool => Kind.None,
        KnownToolPrices.LiveSearch => Kind.Source,
        "googleSearch" or "google_search" => Kind.Search,
        _ when tool.StartsWith("web_search", StringComparison.Ordinal) => Kind.Search,
        _ when tool.StartsWith("file_search", StringComparison.Ordinal) => Kind.FileSearch,
        _ when tool.StartsWith("code_interpreter", StringComparison.Ordinal) => Kind.CodeRun,
        _ => Kind.None,
    };

    private enum Kind
    {
        None,
        Search,
        Source,
        FileSearch,
        CodeRun,
    }
}
