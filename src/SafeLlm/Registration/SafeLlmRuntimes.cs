using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
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
    private readonly IOptionsFactory<SafeLlmClientOptions> factory;
    private readonly IDisposable[] changes;

    public SafeLlmRuntimes(
        IOptionsMonitor<SafeLlmClientOptions> options,
        IOptionsFactory<SafeLlmClientOptions> factory,
        IEnumerable<IOptionsChangeTokenSource<SafeLlmClientOptions>> changing,
        ILoggerFactory loggers,
        ClientSources sources,
        IConfiguration? configuration = null)
    {
        this.options = options;
        this.factory = factory;
        this.sources = sources;
        this.configuration = configuration;
        logger = loggers.CreateLogger(SafeLlmHandler.LogCategory);
        // Not by the monitor's OnChange: what is not valid it throws at whoever changed it, a file watcher mostly, and tells no listener.
        changes = [.. changing.Select(source => ChangeToken.OnChange(source.GetChangeToken, Reload, source.Name ?? Options.DefaultName))];
    }

    public ClientRuntime Get(string name) => runtimes.GetOrAdd(name, _ => new Lazy<ClientRuntime>(() => Make(name))).Value;

    public void Dispose()
    {
        foreach (var change in changes) change.Dispose();
        foreach (var runtime in runtimes.Values.Where(made => made.IsValueCreated)) runtime.Value.Alerts?.Dispose();
        foreach (var made in stores.Values.Where(made => made.IsValueCreated)) made.Value.Dispose();
    }

    private ClientRuntime Make(string name)
    {
        var own = options.Get(name);
        if (configuration is not null) JsonSecrets.Tell(configuration, own, logger);
        var shared = stores.GetOrAdd(own.StoreFactory, make => new Lazy<SafeLlmStores>(() => make(sources.Time))).Value;
        return new ClientRuntime(own, shared, sources, logger);
    }

    private void Reload(string name)
    {
        if (!runtimes.TryGetValue(name, out var runtime) || !runtime.IsValueCreated) return;

        try
        {
            runtime.Value.Reload(factory.Create(name));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.ReloadFailed(logger, name, failure);
            return;
        }

        Log.Reloaded(logger, name);
    }
}
