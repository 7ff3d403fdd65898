using SafeLlm.Alerts;
using SafeLlm.Formats;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using SafeLlm.Signing;
using SafeLlm.Validation;

namespace SafeLlm;

/// <summary>What a client may spend, where it sends to and how it behaves. Read once, when the client is made.</summary>
public sealed class SafeLlmClientOptions : IStoreHost
{
    private readonly Lock gate = new();
    private Func<TimeProvider, SafeLlmStores> storeFactory = InMemoryStoreHostExtensions.InMemory;
    private SafeLlmStores? stores;

    /// <summary>Where <see cref="SafeLlmClient"/> sends to: the address that <c>chat/completions</c>, or the route of another <see cref="Format"/>, is appended to.</summary>
    /// <value>Required by <see cref="SafeLlmClient"/>, e.g. <c>https://api.openai.com/v1</c>. A handler beneath another client needs none.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>How <see cref="SafeLlmClient"/> writes its requests. A handler beneath another client takes whatever that writes.</summary>
    /// <value>The default is null: what the endpoint is known for, which is <see cref="ChatFormat.OpenAiChat"/> for all but Anthropic's.</value>
    public ChatFormat? Format { get; set; }

    /// <summary>The provider's key, sent by <see cref="SafeLlmClient"/> to <see cref="Endpoint"/> and nowhere else: as a bearer token, or as its format has it.</summary>
    /// <value>The default is null: none is sent.</value>
    public string? ApiKey { get; set; }

    /// <summary>Signs requests to <see cref="Endpoint"/>'s authority and to those in <see cref="SignFor"/>; other hosts get nothing of it.</summary>
    /// <value>The default is null: nothing is signed.</value>
    public SigningKey? SigningKey { get; set; }

    /// <summary>
    /// Further keys to sign with, each with its life: the newest valid one signs. Bound from configuration, a key that is added there
    /// is taken without a restart.
    /// </summary>
    public IList<ClientSigningKey> SigningKeys { get; } = [];

    /// <summary>Further authorities to sign for: host, and port unless it is the scheme's default, e.g. <c>llm.example.com</c>.</summary>
    public ISet<string> SignFor { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Further headers for signatures to cover where a request has them: what the server acts on beyond <c>content-encoding</c>,
    /// <c>idempotency-key</c>, <c>anthropic-version</c>, <c>anthropic-beta</c>, <c>OpenAI-Beta</c> and <c>x-safellm-*</c>, which are always covered.
    /// </summary>
    public ISet<string> CoveredHeaders { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// What every call of this client is charged to, whatever the limit's scope: the scope names the counter, so clients that
    /// share their stores and a scope spend from one amount. Limits of a part of the program: <see cref="SafeLlmScope"/>.
    /// </summary>
    public IList<Limit> Limits { get; } = [];

    /// <summary>
    /// How long a call may wait for room at its limits instead of being refused. Calls wait in the order in which they came, at the
    /// limit that frees last; what can never fit, and what frees too late, is refused at once. The order is that of all clients of the process
    /// that share their stores. What another process gives back is told at once by <c>UseRedis</c>; over one file (<c>UseSqlite</c>) it is
    /// found within 250 milliseconds, by looking.
    /// </summary>
    /// <value>The default is 0: it is refused. Up to 24 hours, and never beyond the call's own <see cref="Timeout"/>: shortly before that it is refused.</value>
    public TimeSpan MaxWait { get; set; }

    /// <summary>
    /// Shadow mode, to introduce SafeLlm beneath an application that runs: everything is counted and what would have been refused or
    /// changed is logged, and passes as it came. Nothing waits for room or for the provider's pace; where the store does not answer within
    /// 250 milliseconds, and where a body is larger than <see cref="MaxRequestBytes"/>, the call passes uncounted. The one edit left is that a
    /// stream is asked for its usage, which is taken out of the answer again. Signatures are never switched off by it: what has to be signed and
    /// cannot be is refused, a body above <see cref="MaxRequestBytes"/> among it, as a signature covers the whole of it.
    /// </summary>
    /// <value>The default is false.</value>
    public bool Shadow { get; set; }

    /// <summary>
    /// Who is told when soft limits of <see cref="Limits"/> are reached, beside the log: each alert once, and again until it is
    /// delivered. Clients that share their stores share their sinks.
    /// </summary>
    public IList<IAlertSink> AlertSinks { get; } = [];

    /// <summary>The most dollars that all attempts of one call may cost together.</summary>
    /// <value>The default is null: only the limits bound it.</value>
    public decimal? MaxDollarsPerCall { get; set; }

    /// <summary>The bound, in tokens a choice, given to a request that has none.</summary>
    /// <value>The default is 4,096.</value>
    public long DefaultMaxOutputTokens { get; set; } = 4_096;

    /// <summary>The same for models that reason before they answer, and whose reasoning counts inside the bound.</summary>
    /// <value>The default is 16,384.</value>
    public long DefaultMaxReasoningOutputTokens { get; set; } = 16_384;

    /// <summary>The largest bound, in tokens a choice, that leaves; a larger one is lowered to it.</summary>
    /// <value>The default is null: the model's own maximum.</value>
    public long? MaxOutputTokens { get; set; }

    /// <summary>
    /// The lowest bound that SafeLlm gives to a model that reasons, even where <see cref="MaxOutputTokens"/> is lower: less
    /// would be used up by unseen reasoning, billed, and give no answer. A request that asks for less keeps what it asks for.
    /// </summary>
    /// <value>The default is 1,024 tokens.</value>
    public long ReasoningFloor { get; set; } = 1_024;

    /// <summary>What becomes of a request without an output bound.</summary>
    /// <value>The default is <see cref="OnUnbounded.Insert"/>.</value>
    public OnUnbounded OnUnbounded { get; set; } = OnUnbounded.Insert;

    /// <summary>How an attempt is settled whose usage never came.</summary>
    /// <value>The default is <see cref="OnMissingUsage.Worst"/>.</value>
    public OnMissingUsage OnMissingUsage { get; set; } = OnMissingUsage.Worst;

    /// <summary>How long a stream that its reader left is read on, under <see cref="OnMissingUsage.Drain"/>.</summary>
    /// <value>The default is 30 seconds; from 0 to 10 minutes, and never beyond the call's own <see cref="Timeout"/>.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether requests may go unsigned to hosts that are no known provider.</summary>
    /// <value>The default is false: they are refused, also on loopback.</value>
    public bool AllowUnsigned { get; set; }

    /// <summary>
    /// Whether models without a price may be called. They are then held and charged at the dearest input and the dearest
    /// output price of the catalog, never at zero; better give them their price in <see cref="Models"/>.
    /// </summary>
    /// <value>The default is false: they are refused.</value>
    public bool AllowUnpriced { get; set; }

    /// <summary>How often a call is tried, the first attempt included.</summary>
    /// <value>The default is 3; from 1 to 10.</value>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>How long a call may take, from its start to the last byte of its answer, waits and retries included.</summary>
    /// <value>The default is 10 minutes; from 1 millisecond to 24 hours.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one attempt may take until its answer begins. One that takes longer may have been billed.</summary>
    /// <value>The default is null: as long as the call.</value>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>The longest wait that a provider may ask for; a longer one ends the call with <see cref="RateLimitedException"/>.</summary>
    /// <value>
    /// The default is 62 seconds: a minute, and the 1/32 of it by which a SafeLlm gateway's rolling minute frees late
    /// (<see cref="RollingWindow"/>), so that a client waits out its gateway's limits. From 0 to 1 hour.
    /// </value>
    public TimeSpan RetryAfterCap { get; set; } = TimeSpan.FromSeconds(62);

    /// <summary>
    /// How many attempts at one provider and model within 30 seconds it takes, half of them failed (no connection, time-out, 5xx;
    /// 429 is no failure), for nothing to be sent there during <see cref="BreakFor"/>. Then one goes to see. 0 switches this off.
    /// </summary>
    /// <value>The default is 20; 0, or from 2 to 10,000.</value>
    public int BreakAfter { get; set; } = 20;

    /// <summary>How long nothing is sent to a provider and model that fails; calls meanwhile end with <see cref="RateLimitedException"/>.</summary>
    /// <value>The default is 15 seconds; from 1 second to 1 hour.</value>
    public TimeSpan BreakFor { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The largest request body, in bytes: it is kept in memory until the call has ended.</summary>
    /// <value>The default is 64 MiB; from 1 KiB to 1 GiB.</value>
    public long MaxRequestBytes { get; set; } = 64L << 20;

    /// <summary>The rules that a prompt must pass.</summary>
    /// <value>The default is null: <see cref="PromptPolicy.Default"/>.</value>
    public PromptPolicy? PromptPolicy { get; set; }

    /// <summary>What models cost.</summary>
    /// <value>The default is null: <see cref="ModelCatalog.Embedded"/>.</value>
    public ModelCatalog? Catalog { get; set; }

    /// <summary>Models to add to the catalog, or to replace in it.</summary>
    public IList<ModelPrice> Models { get; } = [];

    /// <summary>Deployments and other names, each with the model of the catalog that it stands for.</summary>
    public IDictionary<string, string> Aliases { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// What tools cost that run at the provider (web search, code interpreter, …), where the catalog does not know it or where you know better.
    /// Their price at their most uses is held at limits in dollars, and settled by the uses that the answer tells. Where dollars are limited, a
    /// tool without a price is refused, and so is one whose uses nothing bounds: neither the request (<c>max_uses</c>, <c>max_tool_calls</c>)
    /// nor <see cref="HostedToolPrice.MostUses"/>, which is held where the request is silent; more uses than that are an overrun.
    /// A model that searches the web by itself, at no price of the catalog, takes that of <c>web_search_options</c>. A use of xAI's
    /// <c>search_parameters</c> is a source, of which a request has 20 unless it asks for others (<c>max_search_results</c>). Calls whose HTTP cannot be
    /// reached (<c>UseSafeLlm</c> around another chat client) have the tools of <c>ChatOptions.Tools</c> that are no functions, each by its own name
    /// (<c>web_search</c>, <c>code_interpreter</c>, <c>file_search</c>, <c>image_generation</c>, …), and say of none how often it may be used.
    /// </summary>
    public IList<HostedToolPrice> HostedTools { get; } = [];

    /// <summary>The wire formats that are recognised.</summary>
    /// <value>The default is null: <see cref="WireFormats.Default"/>.</value>
    public WireFormats? Formats { get; set; }

    /// <summary>What could not be read from configuration; told together with all else that is wrong.</summary>
    internal List<string> ConfigurationErrors { get; } = [];

    /// <summary>Paths of secrets that stood in the configuration itself.</summary>
    internal List<string> InlineSecrets { get; } = [];

    /// <summary>Where these options were read from, for messages; empty where they were set in code.</summary>
    internal string ConfigurationPath { get; set; } = "";

    /// <summary>Whether <see cref="SafeLlmClient"/> uses them, so that they need an endpoint.</summary>
    internal bool NeedsEndpoint { get; set; }

    /// <inheritdoc/>
    public void UseStores(Func<TimeProvider, SafeLlmStores> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        lock (gate)
        {
            storeFactory = factory;
            stores = null;
        }
    }

    /// <summary>Endpoint, limits and switches; no secret.</summary>
    public override string ToString() =>
        $"{Endpoint?.GetLeftPart(UriPartial.Path) ?? "(any endpoint)"}, {(SigningKey is null && SigningKeys.Count == 0 ? "unsigned" : $"signed by {SigningKey?.KeyId ?? string.Join(", ", SigningKeys)}")}, limits [{string.Join("; ", Limits)}]";

    /// <summary>How the stores are made; options that agree on it share them.</summary>
    internal Func<TimeProvider, SafeLlmStores> StoreFactory
    {
        get
        {
            lock (gate) return storeFactory;
        }
    }

    /// <summary>The stores of these options, made once: handlers made from the same options spend from the same amounts.</summary>
    internal SafeLlmStores Stores(TimeProvider time)
    {
        lock (gate) return stores ??= storeFactory(time);
    }
}
