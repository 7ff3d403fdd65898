using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SafeLlm.Accounts;
using SafeLlm.Pricing;

namespace SafeLlm.AspNetCore;

/// <summary>
/// Many tenants share one account at the provider. What of it outlives a call or costs more than its tokens is refused unless the tier includes it,
/// and what was issued to another tenant is refused as if it were not there.
/// </summary>
internal sealed class AccountCheck(IssuedIds issued, VerifierAlerts alerts, TimeProvider time, ILogger<AccountCheck> logger)
{
    private static readonly Refusal NotIssued = new(RefusalCode.NotIssued, "The request names something that was not issued to this caller through this service, or that is not remembered any more. Make it anew through this service, or send its content instead.");

    private static readonly Refusal Unavailable = new(RefusalCode.StoreUnavailable, "Whose the things are that the request names cannot be told now. Try again soon, signed anew.");

    public static Refusal? Check(IncomingCall call)
    {
        call.Route = KeptRoute.Of(call.ReadingTarget);
        if (call.Route is { } route && CheckRoute(call, route) is { } refusal) return refusal;
        // An endpoint's own requests are in its own words, unless it passes them on.
        if (call.Body.IsEmpty || !ContentCheck.IsReadAsJson(call) || (call.Requirement.Options is { OwnCalls: not null, Upstream: null } && call.Route is null)) return null;
        var use = AccountUse.Read(call.Body.Span);
        call.IsBackground = use.IsBackground;
        return CheckIds(call, use) ?? CheckServing(call, use) ?? CheckTools(call, use) ?? CheckStore(call, use);
    }

    /// <summary>Watches an answer for what is issued in it; null where its tier keeps nothing, or nobody is known that it could be issued to.</summary>
    public Action<string>? Watch(IncomingCall call) =>
        call.Tier!.Account is { Store: true } account && TenantName.Of(call) is { } tenant ? id => Add(id, tenant, account) : null;

    /// <summary>Notes that something is gone.</summary>
    public void Deleted(IncomingCall call, KeptRoute route)
    {
        if (TenantName.Of(call) is { } tenant) issued.Forget(route.Id!, tenant);
    }

    /// <summary>Whether what the call names was issued to its tenant. Where the store cannot say so, the door stays closed.</summary>
    public async ValueTask<Refusal?> AskAsync(IncomingCall call)
    {
        if (call.NamedIds is not { } ids) return null;
        try
        {
            return await issued.AreOfAsync(TenantName.Of(call)!, ids, call.Context.RequestAborted) ? null : NotIssued;
        }
        catch (Exception failure) when (!call.Context.RequestAborted.IsCancellationRequested)
        {
            Log.StoreFailed(logger, failure);
            alerts.StoreFails(time.GetUtcNow());
            return Unavailable;
        }
    }

    // An answer also tells what its call has named. What the operator shares stays the operator's: it would be its first user's to delete.
    private void Add(string id, string tenant, TierAccount account)
    {
        if (!account.Shares(id)) issued.Add(id, tenant);
    }

    private static Refusal? CheckRoute(IncomingCall call, KeptRoute route)
    {
        // What the operator shares may be named and looked at; to change it or to delete it is the operator's alone.
        if (route.Id is { } id) return Name(call, id, mayBeShared: route.Method is "GET" or "HEAD");
        if (route.IsFree && call.Requirement.Options.OwnCalls is null && !call.Tier!.Account.Store) return Refuse(call.Tier, "storing at the provider", "store");
        return route.IsList ? new Refusal(RefusalCode.AccountUseNotAllowed, "A list would show what other callers have at the provider. Ask for one thing by its id.") : null;
    }

    private static Refusal? CheckIds(IncomingCall call, AccountUse use)
    {
        foreach (var id in use.Ids)
        {
            if (Name(call, id, mayBeShared: true) is { } refusal) return refusal;
        }

        return null;
    }

    // What the tier alone decides; the rest is asked of the store, for nobody who is refused anyway.
    private static Refusal? Name(IncomingCall call, string id, bool mayBeShared)
    {
        if (mayBeShared && call.Tier!.Account.Shares(id)) return null;
        if (!call.Tier!.Account.Store || TenantName.Of(call) is null) return NotIssued;
        (call.NamedIds ??= []).Add(id);
        return null;
    }

    private static Refusal? CheckServing(IncomingCall call, AccountUse use)
    {
        var tier = call.Tier!;
        if (use.IsBackground && !tier.Account.Background) return Refuse(tier, "background calls", "background");
        return use.ServiceTiers.All(tier.Account.Serves) ? null : Refuse(tier, "a service tier above the usual", "service_tier");
    }

    private static Refusal? CheckTools(IncomingCall call, AccountUse use)
    {
        var tier = call.Tier!;
        List<HostedToolFee>? fees = null;
        foreach (var tool in use.HostedTools)
        {
            if (tier.Account.Find(tool.Name) is not { } price) return Refuse(tier, "this tool, which runs at the provider,", "tools");
            if ((tool.MostUses ?? use.MostToolCalls) is not { } most || most > price.MostUses)
            {
                return new Refusal(RefusalCode.MemberInvalid, string.Create(
                    CultureInfo.InvariantCulture,
                    $"The tool {price.Name} costs money with each use, and the tier {tier.Name} allows at most {price.MostUses} in a call. Bound them: max_tool_calls, max_uses in the tool, or max_search_results."))
                {
                    Field = "tools",
                };
            }

            call.AsksForSearches |= price.Name == SearchingModel.Tool;
            (fees ??= []).Add(new HostedToolFee(tool.Name, price.DollarsPerUse, most));
        }

        if (fees is not null) call.Tools = new HostedToolFees(fees, use.MostToolCalls);
        return null;
    }

    /// <summary>What a model does at the provider without being asked to: its price is known now.</summary>
    public static Refusal? CheckSearches(IncomingCall call)
    {
        if (call.Price is not { } price || call.AsksForSearches || !SearchingModel.IsUnpriced(price)) return null;
        var tier = call.Tier!;
        if (tier.Account.Find(SearchingModel.Tool) is not { } tool) return Refuse(tier, $"searching the web, which this model does by itself and which the operator can price (HostedTools: {SearchingModel.Tool})", "model");
        // No request can bound how often such a model searches, nor all tools together with it; the tier says how often it is taken to.
        call.Tools = new HostedToolFees([.. call.Tools?.Tools ?? [], new HostedToolFee(SearchingModel.Tool, tool.DollarsPerUse, SearchingModel.SearchesOnce(price) ? 1 : tool.MostUses!.Value)], null);
        return null;
    }

    private static Refusal? CheckStore(IncomingCall call, AccountUse use)
    {
        if (call.Tier!.Account.Store) return null;
        if (use.Store is true) return Refuse(call.Tier, "storing at the provider", "store");
        // Responses are kept unless the request says otherwise.
        if (use.Store is false || call.Request!.Method != HttpMethods.Post || !call.Target.Path.AsSpan().TrimEnd('/').EndsWith("/responses", StringComparison.Ordinal)) return null;
        call.Body = StoreSwitch.Off(call.Body, use);
        call.IsEdited = true;
        return null;
    }

    private static Refusal Refuse(Tier tier, string what, string field) =>
        new(RefusalCode.AccountUseNotAllowed, $"The tier {tier.Name} does not include {what}.") { Field = field };
}
