using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text.Json;
using SafeLlm.Signing;

namespace SafeLlm.Redis;

/// <summary>
/// Keeps the server's keys in memory and looks every quarter of a second whether a node has changed them. While the server does
/// not answer the snapshot grows old, and says so.
/// </summary>
internal sealed class KeyWatcher : IDisposable
{
    private const int PartsOfAKey = 5;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly RedisConnection connection;
    private readonly TimeProvider time;
    private readonly KeyRecords records;
    private readonly SemaphoreSlim reading = new(1);
    private readonly ITimer timer;
    private volatile FrozenDictionary<string, VerifierKey> keys = FrozenDictionary<string, VerifierKey>.Empty;
    private string version = "";
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

    public FrozenDictionary<string, VerifierKey> Keys => keys;

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
            var now = time.GetUtcNow().UtcTicks;
            var answer = await connection.RunAsync([connection.Keys.Due], ["keys", connection.Now, connection.Keys.Prefix, version]).ConfigureAwait(false);
            var found = (string)answer[1]!;
            if (found != version)
            {
                keys = Open([.. answer.Skip(2).Select(part => (string)part!)]);
                version = found;
            }

            Interlocked.Exchange(ref currentAt, now);
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

    // A key that does not open is left out: its owner is refused, and nobody else.
    private FrozenDictionary<string, VerifierKey> Open(string[] parts)
    {
        var opened = new Dictionary<string, VerifierKey>(StringComparer.Ordinal);
        for (var i = 0; i < parts.Length; i += PartsOfAKey)
        {
            try
            {
                var key = JsonSerializer.Deserialize(parts[i + 1], RedisJson.Default.KeyRecord)!.ToKey(parts[i], records);
                opened[parts[i]] = key with { NotAfter = Instant(parts[i + 2]), RevokedAt = Instant(parts[i + 3]), FrozenAt = Instant(parts[i + 4]) };
            }
            catch (Exception failure) when (failure is CryptographicException or ArgumentException or InvalidOperationException or JsonException)
            {
                Unopened++;
            }
        }

        return opened.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>How many keys did not open, over all readings.</summary>
    public int Unopened { get; private set; }

    private static DateTimeOffset? Instant(string text) =>
        text.Length == 0 ? null : RedisInstant.ToInstant(long.Parse(text, System.Globalization.CultureInfo.InvariantCulture));
}
