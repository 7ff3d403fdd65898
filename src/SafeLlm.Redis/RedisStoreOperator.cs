using System.Globalization;
using System.Runtime.CompilerServices;
using SafeLlm.Limits;
using SafeLlm.Pricing;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>What an operator may see and change of a ledger on a server while applications use it.</summary>
public sealed class RedisStoreOperator : IStoreView, IStoreOperator
{
    private const int ScanPage = 500;
    private readonly RedisConnection connection;
    private readonly RedisLedger ledger;
    private readonly RedisJournal journal;
    private readonly TimeProvider time;
    private readonly string name;

    /// <summary>Connects.</summary>
    /// <param name="options">Where the ledger is.</param>
    /// <param name="time">The clock.</param>
    /// <param name="name">Who it is that acts, for the journal; at most 512 characters.</param>
    /// <exception cref="ArgumentException">An option is missing or out of its range.</exception>
    /// <exception cref="RedisStoreException">The server may evict keys.</exception>
    public RedisStoreOperator(RedisStoreOptions options, TimeProvider time, string name)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        this.time = time;
        this.name = name;
        connection = new RedisConnection(options, time);
        ledger = new RedisLedger(connection, time);
        journal = new RedisJournal(connection);
    }

    /// <summary>The ledger's journal.</summary>
    public IJournal Journal => journal;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<CounterState>> ReadCountersAsync(CancellationToken cancellationToken)
    {
        var caps = await connection.GuardedAsync(
            static (database, key) => database.HashGetAllAsync(key), connection.Keys.Caps).ConfigureAwait(false);
        var set = caps.ToDictionary(entry => (string)entry.Name!, entry => (long)entry.Value, StringComparer.Ordinal);
        Dictionary<string, long> told;
        try
        {
            told = await ReadTellsAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (RedisServerException refused) when (refused.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            throw new RedisStoreException("The user may not look for limits on the server. Give whoever lists them RedisAcl.OperatorRule, which adds SCAN.", refused);
        }

        var limits = new List<(string Name, Limit Limit)>();
        var counters = new List<CounterState>();
        foreach (var counter in told.Keys.Union(set.Keys, StringComparer.Ordinal))
        {
            var cap = set.TryGetValue(counter, out var operatorCap) ? operatorCap : told[counter];
            var parts = CounterName.Parse(counter);
            try
            {
                limits.Add((counter, parts.ToLimit(cap)));
            }
            catch (RedisStoreException unknown)
            {
                counters.Add(Show(counter, new CounterState(parts.Scope, parts.Dimension, parts.Window, cap, 0, 0) { Fault = unknown.Message }));
            }
        }

        var states = await ledger.ReadAsync([.. limits.Select(limit => limit.Limit)], cancellationToken).ConfigureAwait(false);
        counters.AddRange(limits
            .Zip(states, (limit, state) => Show(limit.Name, new CounterState(state.Limit.Scope, state.Limit.Dimension, state.Limit.Window?.Name, state.Limit.Cap, state.Spent, state.Held) { ResetsAt = state.ResetsAt }))
            .Where(state => state.Spent + state.Held > 0 || state.IsSetByOperator));
        return
        [
            .. counters.OrderBy(state => state.Scope, StringComparer.Ordinal).ThenBy(state => state.Dimension).ThenBy(state => state.Window, StringComparer.Ordinal),
        ];

        CounterState Show(string counter, CounterState state) => state with
        {
            IsSetByOperator = set.ContainsKey(counter),
            ApplicationCap = told.GetValueOrDefault(counter),
        };
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<OpenHold>> ReadHoldsAsync(int most, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        cancellationToken.ThrowIfCancellationRequested();
        var answer = await AskAsync("holds", most).ConfigureAwait(false);
        return [.. answer.Skip(1).Select(part => ToHold((RedisResult[])part!))];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JournalEntry> ReadJournalAsync(DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // A late settle may lie far behind the lease that it corrects, so all lines are seen before the first is told.
        var lines = new List<JournalEntry>();
        var settled = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var line in journal.ReadAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false))
        {
            if (line.Outcome != JournalOutcome.LeaseEnded) settled.Add(line.Id);
            if (line.At >= from && line.At < to) lines.Add(line);
        }

        foreach (var line in lines)
        {
            if (line.Outcome != JournalOutcome.LeaseEnded || !settled.Contains(line.Id)) yield return line;
        }
    }

    /// <inheritdoc/>
    public async ValueTask SetCapAsync(Limit limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limit);
        cancellationToken.ThrowIfCancellationRequested();
        var line = journal.ToArguments(Entry($"budget set {limit.CounterName} {limit.Show(limit.Cap)}"));
        await AskAsync("set-cap", [limit.CounterName, limit.Cap.ToString(CultureInfo.InvariantCulture), .. line]).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ClearCapAsync(Limit limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limit);
        cancellationToken.ThrowIfCancellationRequested();
        var line = journal.ToArguments(Entry($"budget clear {limit.CounterName}"));
        return (string?)(await AskAsync("set-cap", [limit.CounterName, "", .. line]).ConfigureAwait(false))[0] == "cleared";
    }

    /// <inheritdoc/>
    public async ValueTask<long?> ResetAsync(Limit limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(limit);
        cancellationToken.ThrowIfCancellationRequested();
        return await ledger.ResetAsync(limit, journal.ToArguments(Entry($"budget reset {limit.CounterName}"), limit)).ConfigureAwait(false);
    }

    /// <summary>Closes the connection.</summary>
    public void Dispose() => connection.Dispose();

    // What applications said last: each counter carries its name and cap, one for each run of a calendar window.
    private async ValueTask<Dictionary<string, long>> ReadTellsAsync(CancellationToken cancellationToken)
    {
        var told = new Dictionary<string, long>(StringComparer.Ordinal);
        var runs = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var server in connection.Multiplexer.GetServers().Where(server => server is { IsConnected: true, IsReplica: false }))
        {
            await foreach (var key in server.KeysAsync(pattern: connection.Keys.Counters, pageSize: ScanPage).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (((string)key!).EndsWith(RedisKeys.Told, StringComparison.Ordinal)) continue;
                var parts = await AskAsync("counter", (string)key!).ConfigureAwait(false);
                if ((string?)parts[0] != "counter" || (string)parts[1]! is not { Length: > 0 } counter) continue;

                // Those of a calendar window that have ended live on for two days.
                var run = RedisKeys.RunOf((string)key!);
                if (runs.TryGetValue(counter, out var other) && other > run) continue;
                runs[counter] = run;
                told[counter] = (long)parts[2];
            }
        }

        return told;
    }

    // A change is in the journal with it, in one operation: neither is there without the other.
    private JournalEntry Entry(string action)
    {
        var now = time.GetUtcNow();
        return new JournalEntry
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"operator.{now.UtcTicks}"),
            At = now,
            Outcome = JournalOutcome.OperatorAction,
            Action = action,
            Operator = name,
        };
    }

    private ValueTask<RedisResult[]> AskAsync(string operation, params RedisValue[] more) =>
        connection.RunAsync([connection.Keys.Due], [operation, connection.Now, connection.Keys.Prefix, .. more]);

    private static OpenHold ToHold(RedisResult[] parts)
    {
        var hold = new Hold(
            (string)parts[0]!,
            new Amounts((long)parts[5], (long)parts[6], new NanoUsd((long)parts[7]), (long)parts[4]),
            RedisInstant.ToInstant((long)parts[1]),
            RedisInstant.ToInstant((long)parts[2]));
        var scopes = ((string[])parts[8]!).Where(counter => counter.Length > 0).Select(counter => CounterName.Parse(counter).Scope).Distinct(StringComparer.Ordinal);
        return new OpenHold(hold, (int)parts[3] == 1 ? LeaseEnd.Charge : LeaseEnd.Release, [.. scopes]);
    }
}
