using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SafeLlm.Limits;
using SafeLlm.Pipeline;

namespace SafeLlm.Registration;

/// <summary>
/// The runtimes of all clients of a service provider, one a name, made on first use. Clients whose options agree on how the
/// stores are made share them, so that one scope is one amount in the whole application.
/// </summary>
internal sealed class SafeLlmRuntimes(IOptionsMonitor<SafeLlmClientOptions> options, ILoggerFactory loggers, ClientSources sources)
{
    private readonly ConcurrentDictionary<string, Lazy<ClientRuntime>> runtimes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Func<TimeProvider, SafeLlmStores>, Lazy<SafeLlmStores>> stores = new();

    public ClientRuntime Get(string name) => runtimes.GetOrAdd(name, _ => new Lazy<ClientRuntime>(() => Make(name))).Value;

    private ClientRuntime Make(string name)
    {
        var own = options.Get(name);
        var shared = stores.GetOrAdd(own.StoreFactory, factory => new Lazy<SafeLlmStores>(() => factory(sources.Time))).Value;
        return new ClientRuntime(own, shared, sources, loggers.CreateLogger(SafeLlmHandler.LogCategory));
    }
}
