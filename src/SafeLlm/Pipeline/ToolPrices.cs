using System.Globalization;
using SafeLlm.Accounts;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Scopes;

namespace SafeLlm.Pipeline;

/// <summary>
/// Finds what the tools of a call cost that run at the provider. Where dollars are limited, one whose price or whose number of uses is not
/// known is refused, as a model without a price is; where they are not, what is known of it is charged and nothing is held.
/// </summary>
internal sealed class ToolPrices(ClientRuntime runtime, IReadOnlyList<HostedToolPrice> stated)
{
    /// <summary>What they cost; null where there are none, or none that costs.</summary>
    /// <exception cref="RequestRejectedException">Dollars are limited, and what a tool may cost is not known.</exception>
    public HostedToolFees? Find(Call call, CallFacts facts, ModelPrice price)
    {
        var searches = SearchingModel.IsUnpriced(price);
        var hasTools = facts.Unknowable.Count > 0 && facts.Unknowable.Contains(UnknowableInput.HostedTools);
        if (!searches && !hasTools) return null;

        var fees = new List<HostedToolFee>();
        var use = hasTools ? AccountUse.Read(facts.Body.Span) : null;
        foreach (var tool in use?.HostedTools ?? [])
        {
            searches &= tool.Name != SearchingModel.Tool;
            Add(fees, call, price, tool with { MostUses = tool.MostUses ?? use!.MostToolCalls });
        }

        // No request can bound how often such a model searches.
        if (searches) Add(fees, call, price, new HostedToolUse(SearchingModel.Tool, SearchingModel.SearchesOnce(price) ? 1 : null));
        return fees.Count == 0 ? null : new HostedToolFees(fees, searches ? null : use?.MostToolCalls);
    }

    private void Add(List<HostedToolFee> fees, Call call, ModelPrice model, HostedToolUse tool)
    {
        var price = stated.FirstOrDefault(price => price.IsOf(tool.Name));
        if ((price?.DollarsPerUse ?? KnownToolPrices.Find(tool.Name, model)) is not { } dollars)
        {
            if (LimitsDollars(call)) runtime.Refuse(call, Unpriced(PriceList.Shown(tool.Name)));
            return;
        }

        if (dollars == 0) return;
        var most = tool.MostUses ?? KnownToolPrices.MostUses(tool.Name, model) ?? price?.MostUses;
        if (most is null && LimitsDollars(call)) runtime.Refuse(call, Unbounded(PriceList.Shown(tool.Name), dollars));
        fees.Add(new HostedToolFee(tool.Name, dollars, most ?? 0));
    }

    private bool LimitsDollars(Call call) =>
        runtime.Settings.MaxPerCall is not null || call.Limits.Any(limit => limit.Dimension == Dimension.Dollars) || ScopeChain.BoundsDollars(call);

    private static Refusal Unpriced(string tool) => new(
        RefusalCode.ToolUnpriced,
        $"The tool \"{tool}\" runs at the provider, and what a use of it costs beside its tokens is not known, so that no limit in dollars can hold it. State it in HostedTools, e.g. "
        + $"options.HostedTools.Add(new HostedToolPrice(\"{tool}\", dollarsPerUse)), 0 where it costs no more than its tokens; or leave the tool out.")
    {
        Field = "tools",
    };

    private static Refusal Unbounded(string tool, decimal dollars) => new(RefusalCode.ToolUnbounded, string.Create(
        CultureInfo.InvariantCulture,
        $"The tool \"{tool}\" costs ${dollars} with each use, and the request bounds its uses by nothing, so that no limit in dollars can hold it. Bound them in the request where its provider takes that (max_uses in the tool, max_tool_calls); "
        + $"or state in HostedTools how many uses of a call are held: options.HostedTools.Add(new HostedToolPrice(\"{tool}\", {dollars}m) {{ MostUses = 5 }})."))
    {
        Field = "tools",
    };
}
