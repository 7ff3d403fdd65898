using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using SafeLlm.Validation;

namespace SafeLlm.AspNetCore;

/// <summary>What the verifier demands and gives. Checked at start: all errors are told at once.</summary>
public sealed class SafeLlmVerifierOptions
{
    /// <summary>Whether requests must be signed. Switching it off lets anybody in as one caller of <see cref="UnsignedTier"/>, and warns at start.</summary>
    /// <value>The default is true.</value>
    public bool VerifySignatures { get; set; } = true;

    /// <summary>The tier of all calls where <see cref="VerifySignatures"/> is off; has no meaning otherwise.</summary>
    public string? UnsignedTier { get; set; }

    /// <summary>
    /// The hosts that clients sign for, each as in <c>api.example.com</c>, <c>api.example.com:8443</c> or, for any port,
    /// <c>localhost:*</c>. A request for another host is refused.
    /// </summary>
    /// <value>Empty; at least one is needed where signatures are verified.</value>
    public IList<string> PublicAuthorities { get; } = [];

    /// <summary>The scheme that clients use, where a proxy ends TLS in front of this process.</summary>
    /// <value>The default is the connection's own.</value>
    public string? PublicScheme { get; set; }

    /// <summary>The path that a proxy takes away before it passes a request on, as in <c>/llm</c>: it is part of what clients sign.</summary>
    /// <value>The default is null: what a known proxy says in X-Forwarded-Prefix, which is not looked at where a path is given here.</value>
    public string? PublicPathPrefix { get; set; }

    /// <summary>
    /// The proxies whose X-Forwarded-For, -Host, -Proto and -Prefix are believed: addresses, or networks as in <c>10.0.0.0/8</c>. From
    /// others these headers count for nothing. A proxy that is listed must write or remove each of the four itself: what it passes on as it came is
    /// its caller's choice, and a request that was signed for another path or from another network passes for one of this.
    /// </summary>
    public IList<string> KnownProxies { get; } = [];

    /// <summary>How many known proxies stand one behind the other. A request with more forwarded values is refused.</summary>
    /// <value>The default is 1; from 1 to 10.</value>
    public int ForwardLimit { get; set; } = 1;

    /// <summary>How signatures that do not verify are slowed.</summary>
    public SafeLlmLockOutOptions LockOut { get; } = new();

    /// <summary>From how many networks a key may be used before somebody is told.</summary>
    public SafeLlmKeySpreadOptions KeySpread { get; } = new();

    /// <summary>When a key's usage counts as an anomaly, and what follows.</summary>
    public SafeLlmAnomalyOptions Anomalies { get; } = new();

    /// <summary>The algorithms of the keys; <c>ed25519</c> is added from its package.</summary>
    public KeyAlgorithms KeyAlgorithms { get; } = [];

    /// <summary>
    /// Until when the compatibility profile seed-v0 is taken, from keys that are marked for it. Its calls are answered with a
    /// <c>Sunset</c> header of this instant, and logged.
    /// </summary>
    /// <value>The default is null: never.</value>
    public DateTimeOffset? AcceptSeedUntil { get; set; }

    /// <summary>
    /// A file in which a single node notes up to which instant it may have accepted requests, and its nonces when it stops. After a crash
    /// only what was signed up to then is refused, and after a stop nothing that was not refused before it. A start that finds no file, or one that was changed, refuses as if
    /// there were none. One process a file.
    /// </summary>
    /// <value>The default is null: everything that was signed up to a start is refused where nonces live in memory.</value>
    public string? StateFile { get; set; }

    /// <summary>
    /// Whether requests that were signed before this process started, or within <see cref="FutureSkew"/> of it, are refused: nonces
    /// that were used before a restart are forgotten where they live in memory. Calls of seed-v0, whose clocks may be 300 seconds ahead, are
    /// refused for as much longer.
    /// </summary>
    /// <value>The default is null: where nonces live in memory, but for the Development environment.</value>
    public bool? RefuseAfterRestart { get; set; }

    /// <summary>Whether answers carry RateLimit and RateLimit-Policy with the caller's own limits.</summary>
    /// <value>The default is true.</value>
    public bool RateLimitHeaders { get; set; } = true;

    /// <summary>From how long before its end on a key's calls are answered with SafeLlm-Key-Expires-In, and a warning is logged.</summary>
    /// <value>The default is 14 days; from 0 to 365.</value>
    public TimeSpan WarnBeforeExpiry { get; set; } = TimeSpan.FromDays(14);

    /// <summary>The keys of the clients.</summary>
    public IList<SafeLlmKeyOptions> Keys { get; } = [];

    /// <summary>The tiers by name, in any case. <see cref="ArticleTiers"/> has three to start from.</summary>
    public IDictionary<string, SafeLlmTierOptions> Tiers { get; } = new Dictionary<string, SafeLlmTierOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>How long it is remembered which tenant the ids of what the provider keeps were issued to.</summary>
    public SafeLlmIssuedIdOptions IssuedIds { get; } = new();

    /// <summary>The tier of keys that name none.</summary>
    public string? DefaultTier { get; set; }

    /// <summary>Limits over all callers together, besides the tiers': their numbers are told to nobody.</summary>
    public IList<Limit> Limits { get; } = [];

    /// <summary>Prices that are added to the catalog or replace it, in dollars per million tokens.</summary>
    public IList<ModelPrice> Models { get; } = [];

    /// <summary>Names, such as deployments, that stand for a model of the catalog.</summary>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The prices that quotes are made from.</summary>
    /// <value>The default is the catalog that comes with SafeLlm.</value>
    public ModelCatalog? Catalog { get; set; }

    /// <summary>Rules that prompts must pass besides their tier's limits.</summary>
    public IList<PromptRule> PromptRules { get; } = [];

    /// <summary>The largest content that is read, in bytes.</summary>
    /// <value>The default is 1 MiB; from 1 KiB to 256 MiB.</value>
    public long MaxBodyBytes { get; set; } = 1024 * 1024;

    /// <summary>
    /// How many requests of one key may be sending their content at a time, which bounds the memory that a key can take with slow bodies to this
    /// times <see cref="MaxBodyBytes"/>. Where the caller's tier allows fewer concurrent calls, that many. The next are refused with 429.
    /// </summary>
    /// <value>The default is 256; from 1 to 100,000.</value>
    public int MaxUploadsPerKey { get; set; } = 256;

    /// <summary>How old a signature may be.</summary>
    /// <value>The default is 300 seconds; from 1 to 300.</value>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromSeconds(300);

    /// <summary>How far a client's clock may run ahead.</summary>
    /// <value>The default is 30 seconds, or 5 where <see cref="RefuseAfterRestart"/> is at work; from 0 to 60.</value>
    public TimeSpan? FutureSkew { get; set; }

    /// <summary>
    /// Further headers on which the application acts: a signature must cover them where they are present. Clients name them in their own
    /// <c>CoveredHeaders</c>. What providers version their APIs by (<c>anthropic-version</c>, <c>anthropic-beta</c>, <c>OpenAI-Beta</c>) always
    /// counts, and at an endpoint what <c>ForwardToProvider</c> adds.
    /// </summary>
    public IList<string> CoveredHeaders { get; } = [];

    /// <summary>
    /// Up to which wait a refusal says 429 with Retry-After. Model SDKs sleep for whatever they are told, so a longer wait is
    /// answered by 402, at which they stop, and an instant in the content.
    /// </summary>
    /// <value>
    /// The default is 62 seconds: a minute, and the 1/32 of it by which a rolling minute frees late (<see cref="RollingWindow"/>),
    /// or what is full for a minute would become a matter of payment. From 0 to one hour.
    /// </value>
    public TimeSpan RetryAfterCap { get; set; } = TimeSpan.FromSeconds(62);

    /// <summary>How long a hold stands if nobody closes or extends it. It is extended while an answer is under way.</summary>
    /// <value>The default is 10 minutes; from 10 seconds to one day.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How a call is settled whose usage nobody reported.</summary>
    /// <value>The default is <see cref="MissingUsagePolicy.Worst"/>.</value>
    public MissingUsagePolicy OnMissingUsage { get; set; } = MissingUsagePolicy.Worst;

    /// <summary>What reading the configuration found wrong; told with everything else.</summary>
    internal List<string> ConfigurationErrors { get; } = [];

    /// <summary>Where the options were read from, to name a setting by its full path.</summary>
    internal string ConfigurationPath { get; set; } = "";

    /// <summary>Where an entry of a list was read from: its list and its place there give the path.</summary>
    internal Dictionary<(string List, int Index), string> ConfiguredEntries { get; } = [];
}
