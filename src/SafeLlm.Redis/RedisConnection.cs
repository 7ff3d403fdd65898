using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>
/// One connection for all stores of a ledger. Nothing is queued for a server that is away: an operation fails at once or within
/// its time-out, and a breaker spares the next ones the wait.
/// </summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly RedisStoreOptions options;
    private readonly ConnectionMultiplexer multiplexer;
    private readonly IDatabaseAsync database;
    private readonly OutageBreaker breaker;
    private readonly Lock checking = new();
    private Task? check;
    private volatile bool isChecked;

    public RedisConnection(RedisStoreOptions options, TimeProvider time)
    {
        this.options = options;
        Keys = new RedisKeys(options.Ledger);
        breaker = new OutageBreaker(time, options.BreakDuration);
        multiplexer = ConnectionMultiplexer.Connect(RedisConfiguration.Of(options));

        database = multiplexer.GetDatabase();

        // Another server may stand behind the same name, with other settings.
        multiplexer.ConnectionRestored += (_, _) => isChecked = false;
        if (multiplexer.IsConnected) CheckEviction();
    }

    public RedisKeys Keys { get; }

    public RedisStoreOptions Options => options;

    public IConnectionMultiplexer Multiplexer => multiplexer;

    /// <summary>The instant that a script takes for now.</summary>
    public RedisValue Now => options.Clock is { } clock ? RedisInstant.Of(clock.GetUtcNow()) : RedisInstant.ServerClock;

    /// <summary>Runs the ledger's script, whose answer has parts: one round trip.</summary>
    /// <exception cref="RedisStoreException">The server did not answer, or refused.</exception>
    public async ValueTask<RedisResult[]> RunAsync(RedisKey[] keys, RedisValue[] arguments) => (RedisResult[])(await AskAsync(keys, arguments).ConfigureAwait(false))!;

    /// <summary>Runs the ledger's script: one round trip.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="arguments">The arguments.</param>
    /// <param name="operations">How many operations it is for: an outage is told by how many fail.</param>
    /// <exception cref="RedisStoreException">The server did not answer, or refused.</exception>
    public async ValueTask<RedisResult> AskAsync(RedisKey[] keys, RedisValue[] arguments, int operations = 1)
    {
        Enter();
        try
        {
            if (!isChecked) await CheckEvictionAsync().ConfigureAwait(false);
            RedisResult answer;
            try
            {
                // By its hash: given the text, the client would hash all of it for every call.
                answer = await database.ScriptEvaluateAsync(LedgerScript.Hash, keys, arguments).ConfigureAwait(false);
            }
            catch (RedisServerException unknown) when (unknown.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
            {
                // A server that was started anew, or a node of a Cluster asked for the first time. Nothing has run.
                answer = await database.ScriptEvaluateAsync(LedgerScript.Text, keys, arguments).ConfigureAwait(false);
            }

            breaker.Answered(operations);
            return answer;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            throw Failed(failure, operations);
        }
    }

    /// <summary>Notes that so many operations failed for a server that does not answer, before they were asked.</summary>
    public void NotAsked(int operations) => breaker.Failed(operations);

    /// <summary>Asks the server something, behind the breaker.</summary>
    /// <exception cref="RedisStoreException">The server did not answer, or refused.</exception>
    public async ValueTask<T> GuardedAsync<T, TState>(Func<IDatabaseAsync, TState, Task<T>> ask, TState state)
    {
        Enter();
        try
        {
            if (!isChecked) await CheckEvictionAsync().ConfigureAwait(false);
            var answer = await ask(database, state).ConfigureAwait(false);
            breaker.Answered();
            return answer;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            throw Failed(failure);
        }
    }

    /// <summary>Waits until the replicas have what was written.</summary>
    /// <exception cref="RedisStoreException">Too few of them said so in time: what was written may be lost by a failover.</exception>
    public async ValueTask WaitForReplicasAsync()
    {
        var reached = await GuardedAsync(
            static async (database, connection) =>
            {
                object[] arguments = [connection.options.Replicas, (int)(connection.options.OperationTimeout.TotalMilliseconds * 0.8)];
                var owner = connection.OwnerInCluster();
                return (int)await (owner?.ExecuteAsync("WAIT", arguments) ?? database.ExecuteAsync("WAIT", arguments)).ConfigureAwait(false);
            },
            this).ConfigureAwait(false);
        if (reached < options.Replicas)
        {
            throw new RedisStoreException($"{reached} of {options.Replicas} replicas had the hold within {options.OperationTimeout.TotalMilliseconds:0} ms. It is given up: a failover could lose it.");
        }
    }

    // Only the connection that wrote can wait for what was written; a command without a key goes to any node of a Cluster.
    private IServer? OwnerInCluster()
    {
        foreach (var server in multiplexer.GetServers())
        {
            if (server is { IsConnected: true, ServerType: ServerType.Cluster, ClusterConfiguration: { } nodes }) return nodes.GetBySlot(Keys.Due)?.EndPoint is { } owner ? multiplexer.GetServer(owner) : null;
        }

        return null;
    }

    /// <summary>Has something called for every message on a channel.</summary>
    /// <exception cref="RedisStoreException">The server did not answer.</exception>
    public async ValueTask SubscribeAsync(RedisChannel channel, Action onMessage)
    {
        Action<RedisChannel, RedisValue> handler = (_, _) => onMessage();
        var subscriber = multiplexer.GetSubscriber();
        Enter();
        try
        {
            await subscriber.SubscribeAsync(channel, handler).ConfigureAwait(false);
            breaker.Answered();
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException)
        {
            // The client keeps a handler whose subscription failed: each time it is tried again would be one call more for a message.
            await subscriber.UnsubscribeAsync(channel, handler, CommandFlags.FireAndForget).ConfigureAwait(false);
            throw Failed(failure);
        }
    }

    public void Dispose() => multiplexer.Dispose();

    private void Enter()
    {
        if (breaker.TryEnter()) return;
        throw new RedisStoreException($"The store \"{options.Ledger}\" did not answer lately and is left alone for {options.BreakDuration.TotalSeconds:0.#} s. Nothing was asked.");
    }

    private RedisStoreException Failed(Exception failure, int operations = 1)
    {
        breaker.Failed(operations);
        return new RedisStoreException($"The store \"{options.Ledger}\" did not answer within {options.OperationTimeout.TotalMilliseconds:0} ms, or refused: {RedisFailure.Describe(failure)}.", failure);
    }

    private void CheckEviction()
    {
        try
        {
            foreach (var server in multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false })) Check(server.Info("memory"));
            isChecked = true;
        }
        catch (Exception slow) when (slow is RedisException or TimeoutException)
        {
            // Too slow to say so now: it is asked before the first operation, and no start fails for that.
        }
    }

    // One question for all who come meanwhile: asked one behind another they would wait for its time-out many times.
    private Task CheckEvictionAsync()
    {
        lock (checking)
        {
            if (check is null or { IsCompleted: true }) check = AskForEvictionAsync();
            return check;
        }
    }

    private async Task AskForEvictionAsync()
    {
        foreach (var server in multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            Check(await server.InfoAsync("memory").ConfigureAwait(false));
        }

        isChecked = multiplexer.IsConnected;
    }

    // Not told by every server; one that says nothing of evicting does none.
    private void Check(IGrouping<string, KeyValuePair<string, string>>[] info)
    {
        var policy = info.SelectMany(section => section).FirstOrDefault(line => line.Key == "maxmemory_policy").Value;
        if (policy is null or "noeviction" || options.AllowEviction) return;
        throw new RedisStoreException(
            $"The server's maxmemory-policy is {policy}: with its memory full it would drop counters and nonces, and budgets could be spent twice. Set it to noeviction, or set AllowEviction to take that risk.");
    }
}
