using SafeLlm.Signing;
using SafeLlm.Sqlite.Files;

namespace SafeLlm.Sqlite.Nonces;

/// <summary>The nonces of a file, each until it can no longer pass as fresh, and how many live ones each key has.</summary>
internal sealed class NonceRows(StoreConnection connection)
{
    // An ended nonce counts up to half a minute longer than it lives, never shorter.
    private const long BucketSeconds = 30;
    private const int RowsATime = 500;
    private const long DropEvery = 10;
    private static readonly long Kept = (long)NonceClaims.Horizon.TotalSeconds;

    private readonly Dictionary<string, Dictionary<long, long>> live = new(StringComparer.Ordinal);
    private readonly HashSet<(string KeyId, long Bucket)> changed = [];
    private long? all;
    private long? allUntil;
    private long dropNext;

    /// <summary>Claims a nonce. Instants are seconds since 1970.</summary>
    public NonceOutcome Claim(NonceClaim claim, long now, long until, int mostPerKey, int most)
    {
        Drop(now);
        var bucket = now / BucketSeconds;
        var hash = claim.Hash();
        if (connection.Statement("SELECT until > ? FROM nonces WHERE hash = ?").Bind(1, now).BindHash(2, hash).Number() == 1)
        {
            return NonceOutcome.Replayed;
        }

        var ofKey = OfKey(claim.KeyId, bucket);
        if (ofKey.Where(count => count.Key >= bucket).Sum(count => count.Value) >= mostPerKey || CountAll(bucket) >= most)
        {
            return NonceOutcome.Full;
        }

        _ = connection.Statement("INSERT INTO nonces (hash, until) VALUES (?, ?) ON CONFLICT (hash) DO UPDATE SET until = excluded.until")
            .BindHash(1, hash).Bind(2, until).Run();
        var end = until / BucketSeconds;
        ofKey[end] = ofKey.GetValueOrDefault(end) + 1;
        all++;
        _ = changed.Add((claim.KeyId, end));
        return NonceOutcome.Claimed;
    }

    public void Flush()
    {
        foreach (var (keyId, bucket) in changed)
        {
            _ = connection.Statement("INSERT OR REPLACE INTO nonce_counts (key_id, bucket, live) VALUES (?, ?, ?)")
                .Bind(1, keyId).Bind(2, bucket).Bind(3, live[keyId][bucket]).Run();
        }

        changed.Clear();
    }

    public void Forget()
    {
        live.Clear();
        changed.Clear();
        all = null;
    }

    private Dictionary<long, long> OfKey(string keyId, long bucket)
    {
        if (!live.TryGetValue(keyId, out var counts))
        {
            counts = [];
            var select = connection.Statement("SELECT bucket, live FROM nonce_counts WHERE key_id = ? AND bucket >= ?").Bind(1, keyId).Bind(2, bucket);
            while (select.Step())
            {
                counts[select.Long(0)] = select.Long(1);
            }

            select.Reset();
            live[keyId] = counts;
        }

        return counts;
    }

    // Read again in every new bucket: what has ended since then no longer counts.
    private long CountAll(long bucket)
    {
        if (all is null || allUntil != bucket)
        {
            Flush();
            all = connection.Statement("SELECT coalesce(sum(live), 0) FROM nonce_counts WHERE bucket >= ?").Bind(1, bucket).Number();
            allUntil = bucket;
        }

        return all.Value;
    }

    private void Drop(long now)
    {
        if (now < dropNext && dropNext <= now + DropEvery)
        {
            return;
        }

        // A clock that was ahead and comes back finds again what was claimed meanwhile, as long as that can still pass as fresh.
        var ended = now - Kept;
        Flush();
        var dropped = connection.Statement("DELETE FROM nonces WHERE hash IN (SELECT hash FROM nonces WHERE until <= ? LIMIT ?)").Bind(1, ended).Bind(2, RowsATime).Run();
        _ = connection.Statement("DELETE FROM nonce_counts WHERE bucket < ?").Bind(1, ended / BucketSeconds).Run();
        live.Clear();
        dropNext = dropped == RowsATime ? now : now + DropEvery;
    }
}
