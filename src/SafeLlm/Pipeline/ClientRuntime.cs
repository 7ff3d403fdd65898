using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SafeLlm.Alerts;
using SafeLlm.Chat;
using SafeLlm.Formats;
using SafeLlm.Holds;
using SafeLlm.Limits;
using SafeLlm.Pacing;
using SafeLlm.Pricing;
using SafeLlm.Retries;
using SafeLlm.Signing;
using SafeLlm.Telemetry;
using SafeLlm.Validation;

namespace SafeLlm.Pipeline;

/// <summary>What all calls of one client share. Made once from valid options, which it does not read again.</summary>
internal sealed class ClientRuntime
{
    // Time enough to find out why there is no room.
    private static readonly TimeSpan LongestReserve = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> signedAuthorities = new(StringComparer.OrdinalIgnoreCase);
    private readonly Limit[] limits;
    private readonly ConcurrentDictionary<string, bool> told = new(StringComparer.Ordinal);

    public ClientRuntime(SafeLlmClientOptions options, SafeLlmStores stores, ClientSources sources, ILogger logger)
    {
        Endpoint = options.Endpoint;
        Secrets = new ClientSecrets(options);
        // Also where there is no key yet: the first may come with a reload.
        if (Endpoint is not null) signedAuthorities.Add(Authority.Of(Endpoint));
        foreach (var authority in options.SignFor) signedAuthorities.Add(Authority.Normalise(authority)!);

        limits = LimitSet.Combine(options.Limits, []);
        Settings = new ClientSettings(options);
        Sources = sources;
        Logger = logger;
        Metrics = sources.Metrics ?? ClientMetrics.Shared;

        // Also for a client that does not wait: what it gives back wakes the calls of another that shares the ledger.
        var shared = WaitingLedger.Of(stores.Ledger, sources.Time);
        Ledger = shared;
        // In shadow mode nobody waits: a denial is counted, and the call goes on.
        if (Settings is { Shadow: false, MaxWait.Ticks: > 0 }) Waiting = shared;
        Journal = stores.Journal;
        if (stores.Ledger is InMemoryLedger memory) memory.OnLongWindow ??= limit => Log.LongWindowInMemory(logger, limit.ToString());
        if (stores.Outbox is { } outbox) Alerts = ClientAlerts.Deliver(outbox, options.AlertSinks, sources.Time, logger);
        Format = options.Format;
        Formats = options.Formats ?? Known(options);
        Policy = options.PromptPolicy ?? PromptPolicy.Default;
        var catalog = options.Catalog ?? ModelCatalog.Embedded;
        if (options.Models.Count > 0 || options.Aliases.Count > 0) catalog = catalog.With(options.Models.ToArray(), options.Aliases.AsReadOnly());
        Quoter = new Quoter(catalog, sources.Time) { RemembersCounts = true };
        Prices = new PriceList(this, catalog, options.AllowUnpriced);
        ToolPrices = new ToolPrices(this, [.. options.HostedTools]);
        Signer = new RequestSigner(sources.Time, sources.Nonces, [.. options.CoveredHeaders.Select(header => header.ToLowerInvariant())]);
        Settler = new Settler(this);
        StackedRetries = new StackedRetries(this);
        Breakers = new Breakers(this);
        Pacers = new Pacers(sources.Time, Settings.RetryAfterCap);
    }

    /// <summary>A runtime without dependency injection: options that are used twice share their stores.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The options are not valid; every error is told.</exception>
    public static ClientRuntime Create(SafeLlmClientOptions options, ILoggerFactory? loggers, ClientSources sources)
    {
        SafeLlmClientOptionsValidator.ThrowIfInvalid(options);
        return new ClientRuntime(options, options.Stores(sources.Time), sources, (loggers ?? NullLoggerFactory.Instance).CreateLogger(SafeLlmHandler.LogCategory));
    }

    public Uri? Endpoint { get; }

    /// <summary>Whether a typed client sends through this, and hands its own report in.</summary>
    public bool HasTypedClient { get; set; }

    /// <summary>Keys and provider key as they are now: the one part of the options that is read again.</summary>
    public ClientSecrets Secrets { get; private set; }

    /// <summary>How the typed client speaks; null for what its endpoint is known for.</summary>
    public ChatFormat? Format { get; }

    public ClientSettings Settings { get; }

    public ClientSources Sources { get; }

    public TimeProvider Time => Sources.Time;

    public ILogger Logger { get; }

    public ILedger Ledger { get; }

    /// <summary>One line an attempt; null where nobody keeps them.</summary>
    public IJournal? Journal { get; }

    /// <summary>Brings alerts from the store to the sinks; null where the store records none.</summary>
    public AlertDelivery? Alerts { get; }

    public WireFormats Formats { get; }

    public PromptPolicy Policy { get; }

    public Quoter Quoter { get; }

    public PriceList Prices { get; }

    public ToolPrices ToolPrices { get; }

    public RequestSigner Signer { get; }

    public Settler Settler { get; }

    public ClientMetrics Metrics { get; }

    /// <summary>The ledger as one in which calls wait for room; null where they do not wait.</summary>
    public WaitingLedger? Waiting { get; }

    public Pacers Pacers { get; }

    /// <summary>Handlers come and go with their factory; what has failed lately stays known.</summary>
    public Breakers Breakers { get; }

    public StackedRetries StackedRetries { get; }

    // An API of one's own may stand below a path of its own.
    private static WireFormats Known(SafeLlmClientOptions options) => options is { Format: ChatFormat.Generate, Endpoint: { } endpoint }
        ? WireFormats.WithGeneratePath(ChatAddress.Of(endpoint, ChatDialect.For(ChatFormat.Generate, endpoint)).AbsolutePath)
        : WireFormats.Default;

    /// <summary>Whether requests to this authority are signed.</summary>
    public bool SignsFor(string authority) => Secrets.CanSign && signedAuthorities.Contains(authority);

    /// <summary>The limits of a call: the client's and those of the scopes around it.</summary>
    public IReadOnlyList<Limit> LimitsOf(SafeLlmScope? scope) => scope is { Limits.Count: > 0 } ? LimitSet.Combine(limits, scope.Limits) : limits;

    /// <summary>A call's time begins.</summary>
    public void Begin(Call call) => call.Deadline = Time.GetUtcNow() + Settings.Timeout;

    /// <summary>
    /// The instant at which a wait of ours ends: a little before the call's own time does, so that the caller is told why it waited. A
    /// time-out would say nothing, and SDKs try it again.
    /// </summary>
    public DateTimeOffset LastWait(Call call)
    {
        var reserve = Settings.Timeout / 10;
        return call.Deadline - (reserve < LongestReserve ? reserve : LongestReserve);
    }

    /// <summary>Takes new secrets; all else stays as it was, as budgets and endpoints do not change under calls that are under way.</summary>
    public void Reload(SafeLlmClientOptions options) => Secrets = new ClientSecrets(options);

    /// <summary>Ends the call; in shadow mode only counts and reports it, and the call goes on.</summary>
    /// <exception cref="SafeLlmException">Not in shadow mode.</exception>
    public void Refuse(Call call, Refusal refusal, TimeSpan? retryAfter = null, Exception? inner = null)
    {
        if (!Settings.Shadow) throw refusal.ToException(retryAfter, inner);
        Log.WouldRefuse(Logger, call.Id, refusal.Code, refusal.Message, inner);
        call.Trace?.Refused(refusal.Code);
    }

    /// <summary>Whether a call goes on without the store that could not be asked for it: in shadow mode alone.</summary>
    public bool PassesOver(SafeLlmException failure) => Settings.Shadow && failure.Refusal is { Code: RefusalCode.StoreUnavailable };

    /// <summary>Tells that the store could not be asked. It is not asked for this call again, so that an outage holds it up no further.</summary>
    public void PassOver(Call call, SafeLlmException failure)
    {
        call.IsUncounted = true;
        Refuse(call, failure.Refusal!, inner: failure.InnerException);
    }

    /// <summary>True the first time for this matter: what concerns every call of a model is logged once. Bounded, as models come from callers.</summary>
    public bool IsFirst(string matter) => told.Count < 1_000 && told.TryAdd(matter, true);
}
