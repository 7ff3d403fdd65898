using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace SafeLlm.Signing;

/// <summary>
/// Nonces in memory, bounded: at a cap it refuses, it never drops a live entry. Thread-safe. It dies with its process: what
/// was claimed before a crash is forgotten, so a single node refuses what was created before it started.
/// </summary>
public sealed class InMemoryNonceStore : INonceStore
{
    private const int ShardCount = 64;
    private const int RecordLength = 20;

    /// <summary>The longest that a nonce may have to be remembered.</summary>
    internal static readonly TimeSpan Horizon = TimeSpan.FromSeconds((LiveCount.Buckets - 1) * LiveCount.BucketSeconds);

    private readonly TimeProvider _time;
    private readonly int _maxPerKey;
    private readonly NonceShard[] _shards = new NonceShard[ShardCount];
    private readonly LiveCount _all;
    private readonly ConcurrentDictionary<string, LiveCount> _perKey = new(StringComparer.Ordinal);
    private long _sweptAt;

    /// <summary>Makes a store.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="options">The caps; the defaults unless given.</param>
    /// <exception cref="ArgumentException">A cap is below 1.</exception>
    public InMemoryNonceStore(TimeProvider time, InMemoryNonceStoreOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        options ??= new InMemoryNonceStoreOptions();
        if (options.MaxNonces < 1 || options.MaxNoncesPerKey < 1)
        {
            throw new ArgumentException(
                $"MaxNonces is {options.MaxNonces} and MaxNoncesPerKey is {options.MaxNoncesPerKey}; both must be at least 1.", nameof(options));
        }

        _time = time;
        _maxPerKey = options.MaxNoncesPerKey;
        _all = new LiveCount(options.MaxNonces);
        for (var i = 0; i < ShardCount; i++) _shards[i] = new NonceShard();
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The nonce would have to be kept for longer than any signature lives (32 minutes).</exception>
    public ValueTask<NonceOutcome> ClaimAsync(NonceClaim claim, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Claim(claim));
    }

    /// <summary>
    /// Writes the live nonces, for the next start of a single node. Whoever claims a new one from then on is answered
    /// <see cref="NonceOutcome.Full"/>: the next start would not know it.
    /// </summary>
    /// <param name="output">Twenty bytes each: the hash and its end, big-endian.</param>
    public void Save(Stream output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        Span<byte> record = stackalloc byte[RecordLength];
        foreach (var shard in _shards)
        {
            foreach (var (hash, until) in shard.Close(now))
            {
                BinaryPrimitives.WriteUInt128BigEndian(record, hash);
                BinaryPrimitives.WriteUInt32BigEndian(record[16..], until);
                output.Write(record);
            }
        }
    }

    /// <summary>Takes in what <see cref="Save"/> wrote. Whose the nonces are is not known any more: they count against the cap of all, not of a key.</summary>
    /// <returns>How many are still live.</returns>
    /// <exception cref="InvalidDataException">The length is none that <see cref="Save"/> writes, or there are more than the cap allows.</exception>
    public int Load(ReadOnlySpan<byte> saved)
    {
        if (saved.Length % RecordLength != 0) throw new InvalidDataException($"{saved.Length} bytes are no nonces: each has {RecordLength}.");
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var restored = new LiveCount(int.MaxValue);
        var count = 0;
        for (; !saved.IsEmpty; saved = saved[RecordLength..])
        {
            var hash = BinaryPrimitives.ReadUInt128BigEndian(saved);
            var until = BinaryPrimitives.ReadUInt32BigEndian(saved[16..]);
            if (until <= now) continue;
            if (_shards[(int)(hash >> 122)].Claim(hash, now, until, restored, _all) == NonceOutcome.Full) throw new InvalidDataException("There are more nonces than MaxNonces allows.");
            count++;
        }

        return count;
    }

    /// <summary>How many live nonces there are, to half a minute.</summary>
    internal int Count => _all.Current(_time.GetUtcNow().ToUnixTimeSeconds());

    internal int CountedKeys => _perKey.Count;

    /// <summary>How many bytes the tables take.</summary>
    internal long TableBytes => _shards.Sum(shard => shard.TableBytes);

    private NonceOutcome Claim(NonceClaim claim)
    {
        var now = _time.GetUtcNow();
        if (claim.KeepUntil - now > Horizon)
        {
            throw new ArgumentException(
                $"The nonce would have to be kept for {(claim.KeepUntil - now).TotalSeconds:F0} s; at most {Horizon.TotalSeconds:F0} s are allowed.", nameof(claim));
        }

        // Past its end, nothing is remembered of a nonce any more, so nothing can prove that it is unused.
        if (claim.KeepUntil <= now) return NonceOutcome.Replayed;

        var seconds = now.ToUnixTimeSeconds();
        var until = (claim.KeepUntil.UtcTicks + TimeSpan.TicksPerSecond - 1 - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerSecond;
        var hash = claim.Hash();
        SweepIdleKeys(seconds);
        while (true)
        {
            var perKey = _perKey.GetOrAdd(claim.KeyId, static (_, max) => new LiveCount(max), _maxPerKey);
            var outcome = _shards[(int)(hash >> 122)].Claim(hash, seconds, until, perKey, _all);

            // A counter that was swept away between the look-up and the claim counts nothing: take the new one.
            if (outcome != NonceOutcome.Full || !perKey.IsRetired) return outcome;
            _ = _perKey.TryRemove(KeyValuePair.Create(claim.KeyId, perKey));
        }
    }

    /// <summary>Keys come and go over the years; a counter without a live nonce says nothing and goes.</summary>
    private void SweepIdleKeys(long now)
    {
        var last = Interlocked.Read(ref _sweptAt);
        if (now - last < Horizon.TotalSeconds || Interlocked.CompareExchange(ref _sweptAt, now, last) != last) return;
        foreach (var (keyId, count) in _perKey)
        {
            if (count.Retire(now)) _ = _perKey.TryRemove(KeyValuePair.Create(keyId, count));
        }
    }
}
