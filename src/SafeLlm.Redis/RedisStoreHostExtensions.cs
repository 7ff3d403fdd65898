using SafeLlm.Redis;

namespace SafeLlm.Limits;

/// <summary>Chooses the stores for many nodes.</summary>
public static class RedisStoreHostExtensions
{
    /// <summary>
    /// Keeps everything on a server that speaks the Redis protocol, shared by all nodes that name the same ledger: limits hold
    /// together and a nonce is accepted once, whichever node it reaches.
    /// </summary>
    /// <param name="host">The client's options or the verifier's builder.</param>
    /// <param name="servers">The servers: <c>host:port</c>, a list of them with settings, or <c>redis://host:port</c>.</param>
    /// <param name="configure">Sets further options.</param>
    /// <exception cref="ArgumentException">An option is missing or out of its range.</exception>
    public static T UseRedis<T>(this T host, string servers, Action<RedisStoreOptions>? configure = null)
        where T : IStoreHost
    {
        var options = new RedisStoreOptions { Servers = servers };
        configure?.Invoke(options);
        _ = RedisConfiguration.Of(options);
        host.UseStores(time => RedisStores.Open(options, time));
        return host;
    }
}
