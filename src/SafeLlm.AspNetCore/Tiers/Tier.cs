using System.Collections.Frozen;
using System.Net;
using System.Runtime.CompilerServices;
using SafeLlm.Anomalies;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>A tier, made ready once for all its calls.</summary>
internal sealed class Tier
{
    private readonly FrozenSet<string> models;
    private readonly string? policy;
    private readonly string? policyOfTenants;
    private readonly IReadOnlyList<Limit> own;
    private readonly IReadOnlyList<Limit> perNetwork;
    private readonly IReadOnlyList<Limit> perTenant;
    private readonly IReadOnlyList<Limit> perDevice;
    private readonly IReadOnlyList<Limit> shared;

    // As long as the key lives, and no longer: keys come and go with their store.
    private readonly ConditionalWeakTable<VerifierKey, CallerLimits> byKey = [];

    public Tier(string name, SafeLlmTierOptions options, IReadOnlyList<Limit> shared, ModelCatalog catalog, IEnumerable<PromptRule> rules)
    {
        Name = name;
        MaxOutputTokens = options.MaxOutputTokens!.Value;
        OnOverCap = options.OnOverCap;
        Prompts = TierPrompts.Policy(options, catalog, rules);
        models = options.Models.ToFrozenSet(StringComparer.Ordinal);
        own = TierLimits.Of(options, options.TimeZone);
        perNetwork = TierLimits.Of(options.PerNetwork, options.TimeZone);
        perTenant = TierLimits.Of(options.PerTenant, options.TimeZone);
        perDevice = TierLimits.Of(options.PerDevice, options.TimeZone);
        Stops = new StopSplice(options.StopSequences);
        this.shared = [.. TierLimits.Of(options.Pool, options.TimeZone).Select(limit => limit.For($"tier:{name.ToLowerInvariant()}")), .. shared];
        Account = new TierAccount(options.Account);
        policy = RateLimitFields.Policy(own, []);
        policyOfTenants = RateLimitFields.Policy(own, perTenant);
        Norm = UsageNorm.OfTier(options.RequestsPerMinute, options.MaxPromptTokens, options.MaxOutputTokens, options.DollarsPerDay);
    }

    public string Name { get; }

    public long MaxOutputTokens { get; }

    public OverCap OnOverCap { get; }

    public PromptPolicy Prompts { get; }

    public TierAccount Account { get; }

    /// <summary>The stop sequences of all its calls.</summary>
    public StopSplice Stops { get; }

    public IEnumerable<Limit> AllLimits => own.Concat(perTenant).Concat(perDevice).Concat(perNetwork).Concat(shared);

    /// <summary>Whether anything limits all users together that a key acts for.</summary>
    public bool BoundsAllUsersOf(VerifierKey key) => shared.Count > 0 || (key.Tenant is { Length: > 0 } && perTenant.Count > 0) || (key.Device is { Length: > 0 } && perDevice.Count > 0);

    public bool Allows(string requested, ModelPrice price) => models.Count == 0 || models.Contains(requested) || models.Contains(price.Model);

    /// <summary>What it allows, as far as that tells what is usual.</summary>
    public UsageNorm Norm { get; }

    /// <summary>The value of RateLimit-Policy for a caller of the tier; null where none of its limits can be told so.</summary>
    public string? RateLimitPolicy(VerifierKey? key) => key?.Tenant is { Length: > 0 } ? policyOfTenants : policy;

    /// <summary>The limits that a call is charged to: its caller's own, its tenant's, its device's, those that are shared, its network's.</summary>
    /// <param name="key">The key that signed; null where signatures are not verified.</param>
    /// <param name="caller">Where the call comes from.</param>
    /// <param name="otherUser">The user that the key acts for; null where it is the key's own.</param>
    public CallerLimits LimitsFor(VerifierKey? key, IPAddress? caller, string? otherUser = null)
    {
        var limits = key is null ? For(Limit.AppScope, null)
            : otherUser is not null ? For(UserName.OfOther(key, otherUser), key)
            : byKey.GetOrAdd(key, static (key, tier) => tier.For(Scope(key), key), this);
        return perNetwork.Count == 0 ? limits : limits.With(ForNetwork(caller));
    }

    private IEnumerable<Limit> ForNetwork(IPAddress? caller)
    {
        var scope = "network:" + CallerNetwork.Name(caller);
        return perNetwork.Select(limit => limit.For(scope));
    }

    /// <summary>Who is charged for the calls of a key that it makes for nobody else.</summary>
    public static string Scope(VerifierKey key) => key.User is { Length: > 0 } ? UserName.OfOwner(key) : "key:" + key.Key.KeyId;

    private CallerLimits For(string scope, VerifierKey? key) => new(
    [
        .. own.Select(limit => limit.For(scope)),
        .. key?.Tenant is { Length: > 0 } tenant ? perTenant.Select(limit => limit.For("tenant:" + tenant)) : [],
        .. key?.Device is { Length: > 0 } device ? perDevice.Select(limit => limit.For("device:" + device)) : [],
        .. shared,
    ], key?.Key.KeyId);
}
