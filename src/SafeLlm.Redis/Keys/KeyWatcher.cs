using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using SafeLlm.Signing;
using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>
/// Keeps the server's keys in memory and looks every quarter of a second whether a node has changed them. While the server does
/// not answer the snapshot grows old, and says so.
/// </summary>
internal sealed class KeyWatcher : IDisposable
{
    private const int PartsOfAKey = 5;
    private static readonly (long Number, string KeyId) Nothing = (0, "");

    private const int HeadOfAnAnswer = 3;

    // A script that tells as many keeps a server for about a millisecond.
    private const int KeysOfAnAnswer = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly RedisConnection connection;
    private readonly TimeProvider time;
    private readonly KeyRecords records;
    private readonly FaultRetry retry = new();
    private readonly SemaphoreSlim reading = new(1);
    private readonly ITimer timer;
    private volatile Dictionary<string, string> closed = new(StringComparer.Ordinal);
    private volatile Dictionary<string, VerifierKey> keys = new(StringComparer.Ordinal);
    private (long Number, string KeyId) seen = Nothing;
    private long currentAt;

    /// <summary>Reads the keys for the first time. A server that does not answer leaves the snapshot old: nothing is accepted.</summary>
    public KeyWatcher(RedisConnection connection, TimeProvider time, KeyRecords records)
    {
        this.connection = connection;
        this.time = time;
        this.records = records;
        LookAsync().GetAwaiter().GetResult();
        timer = time.CreateTimer(watcher => _ = ((KeyWatcher)watcher!).LookAsync(), this, Interval, Interval);
    }

    public Dictionary<string, VerifierKey> Keys => keys;

    /// <summary>What is wrong with those that do not open.</summary>
    public IReadOnlyCollection<string> Faults => closed.Values;

    public DateTimeOffset CurrentAt => new(Interlocked.Read(ref currentAt), TimeSpan.Zero);

    /// <summary>Reads now: after a change of our own it counts at once.</summary>
    /// <exception cref="RedisStoreException">The server did not answer.</exception>
    public async Task ReadAsync()
    {
        await reading.WaitAsync().ConfigureAwait(false);
        await ReadAloneAsync().ConfigureAwait(false);
    }

    // By whoever has the turn, which is given back.
    private async Task ReadAloneAsync()
    {
        try
        {
            // The instant before the question: what changes behind the answer is found by the next look.
            var now = time.GetUtcNow();
            var before = seen;
            // Keys that did not open are no change: to try them again, all are read again, of which those that are open stay so.
            var fromTheChange = !retry.IsDue(now) && await ReadChangesAsync(before).ConfigureAwait(false);
            if (!fromTheChange && !await ReadChangesAsync(Nothing).ConfigureAwait(false)) return;
            if (!fromTheChange || seen != before) retry.Note(closed.Count > 0, seen != before, now);
            Interlocked.Exchange(ref currentAt, now.UtcTicks);
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => timer.Dispose();

    private async Task LookAsync()
    {
        // A look that takes longer than the next one's start is not doubled.
        if (!await reading.WaitAsync(TimeSpan.Zero).ConfigureAwait(false)) return;
        try
        {
            await ReadAloneAsync().ConfigureAwait(false);
        }
        catch (RedisStoreException)
        {
            // Told to everybody who asks: the snapshot is not current any more. The next look tries again.
        }
    }

    // All behind a change, many at a time. False where the server has not what was read before: it came back empty, or without the last changes.
    private async Task<bool> ReadChangesAsync((long Number, string KeyId) from)
    {
        var at = from;
        var (all, faults) = from == Nothing ? (new(StringComparer.Ordinal), new(StringComparer.Ordinal)) : (keys, closed);
        while (true)
        {
            RedisValue[] asked = ["keys", connection.Now, connection.Keys.Prefix, at.Number.ToString(CultureInfo.InvariantCulture), KeysOfAnAnswer, at.KeyId];
            var answer = await connection.RunAsync([connection.Keys.Due], asked).ConfigureAwait(false);
            if ((string?)answer[0] != "keys") return false;
            var parts = answer[HeadOfAnAnswer..];
            if (parts.Length > 0)
            {
                // Whoever reads sees all of a change or nothing.
                if (ReferenceEquals(all, keys)) (all, faults) = (new(keys, StringComparer.Ordinal), new(closed, StringComparer.Ordinal));
                Open(parts, all, faults);
                at = ((long)answer[2], (string)parts[^PartsOfAKey]!);
            }

            if (parts.Length == KeysOfAnAnswer * PartsOfAKey) continue;
            if (all.Count + faults.Count != (long)answer[1]) return false;
            (keys, closed, seen) = (all, faults, at);
            return true;
        }
    }

    // A key that does not open is left out: its owner is refused, and nobody else.
    private void Open(RedisResult[] parts, Dictionary<string, VerifierKey> opened, Dictionary<string, string> faults)
    {
        for (var i = 0; i < parts.Length; i += PartsOfAKey)
        {
            var keyId = (string)parts[i]!;
            try
            {
                var key = JsonSerializer.Deserialize((string)parts[i + 1]!, RedisJson.Default.KeyRecord)!.ToKey(keyId, records);
                opened[keyId] = key with { NotAfter = Instant(parts[i + 2]), RevokedAt = Instant(parts[i + 3]), FrozenAt = Instant(parts[i + 4]) };
                _ = faults.Remove(keyId);
            }
            catch (Exception failure) when (failure is CryptographicException or ArgumentException or InvalidOperationException or JsonException or FormatException or OverflowException)
            {
                faults[keyId] = failure.Message;
                _ = opened.Remove(keyId);
            }
        }
    }

    private static DateTimeOffset? Instant(RedisResult text) =>
        (string)text! is { Length: > 0 } some ? RedisInstant.ToInstant(long.Parse(some, CultureInfo.InvariantCulture)) : null;
}
