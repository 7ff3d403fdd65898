using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SafeLlm.Limits;
using SafeLlm.Pipeline;

namespace SafeLlm.Registration;

/// <summary>
/// The runtimes of all clients of a service provider, one a name, made on first use. Clients whose options agree on how the
/// stores are made share them, so that one scope is one amount in the whole application.
/// </summary>
internal sealed class SafeLlmRuntimes : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<ClientRuntime>> runtimes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Func<TimeProvider, SafeLlmStores>, Lazy<SafeLlmStores>> stores = new();
    private readonly IOptionsMonitor<SafeLlmClientOptions> options;
    private readonly ClientSources sources;
    private readonly IConfiguration? configuration;
    private readonly ILogger logger;
    private readonly IDisposable? changes;

    public SafeLlmRuntimes(IOptionsMonitor<SafeLlmClientOptions> options, ILoggerFactory loggers, ClientSources sources, IConfiguration? configuration = null)
    {
        this.options = options;
        this.sources = sources;
        this.configuration = configuration;
        logger = loggers.CreateLogger(SafeLlmHandler.LogCategory);
        changes = options.OnChange(Reload);
    }

    public ClientRuntime Get(string name) => runtimes.GetOrAdd(name, _ => new Lazy<ClientRuntime>(() => Make(name))).Value;

    public void Dispose()
    {
        changes?.Dispose();
        foreach (var runtime in runtimes.Values.Where(made => made.IsValueCreated)) runtime.Value.Alerts?.Dispose();
        foreach (var made in stores.Values.Where(made => made.IsValueCreated)) made.Value.Dispose();
    }

    private ClientRuntime Make(string name)
    {
        var own = options.Get(name);
        if (configuration is not null) JsonSecrets.Tell(configuration, own, logger);
        var shared = stores.GetOrAdd(own.StoreFactory, factory => new Lazy<SafeLlmStores>(() => factory(sources.Time))).Value;
        return new ClientRuntime(own, shared, sources, logger);
    }

    private void Reload(SafeLlmClientOptions changed, string? name)
    {
        if (!runtimes.TryGetValue(name ?? "", out var runtime) || !runtime.IsValueCreated) return;

        // The monitor validates what it hands out, but not every source of changes goes through it.
        var result = new SafeLlmClientOptionsValidator().Validate(name, changed);
        if (result.Failed)
        {
            Log.ReloadFailed(logger, name ?? "", new OptionsValidationException(name ?? "", typeof(SafeLlmClientOptions), result.Failures));
            return;
        }

        runtime.Value.Reload(changed);
        Log.Reloaded(logger, name ?? "");
    }
}
