namespace SafeLlm.Signing;

/// <summary>
/// Counts entries that end by themselves: a ring of half-minute buckets by end, dropped as a whole once it has passed. An
/// entry counts for up to half a minute longer than it lives, never shorter. Thread-safe.
/// </summary>
internal sealed class LiveCount(int max)
{
    public const int Buckets = 64;
    public const int BucketSeconds = 30;

    private readonly int[] _ends = new int[Buckets];
    private long _bucket = long.MinValue / 2;
    private int _count;
    private bool _retired;

    public int Current(long now)
    {
        lock (_ends)
        {
            Advance(now);
            return _count;
        }
    }

    /// <summary>Counts one more entry, unless the cap is reached or this counter was retired.</summary>
    public bool TryAdd(long now, long until)
    {
        lock (_ends)
        {
            Advance(now);
            if (_count >= max || _retired) return false;
            _count++;
            _ends[Slot(until / BucketSeconds)]++;
            return true;
        }
    }

    /// <summary>Takes back what <see cref="TryAdd"/> added.</summary>
    public void Remove(long until)
    {
        lock (_ends)
        {
            if (until / BucketSeconds < _bucket) return;
            _count--;
            _ends[Slot(until / BucketSeconds)]--;
        }
    }

    /// <summary>Counts nothing from now on, if nothing is live.</summary>
    public bool Retire(long now)
    {
        lock (_ends)
        {
            Advance(now);
            return _retired = _count == 0;
        }
    }

    public bool IsRetired
    {
        get
        {
            lock (_ends) return _retired;
        }
    }

    private void Advance(long now)
    {
        var bucket = now / BucketSeconds;
        if (bucket <= _bucket) return;
        var passed = Math.Min(bucket - _bucket, Buckets);
        for (var i = bucket - passed; i < bucket; i++)
        {
            ref var ended = ref _ends[Slot(i)];
            _count -= ended;
            ended = 0;
        }

        _bucket = bucket;
    }

    private static int Slot(long bucket) => (int)(bucket & (Buckets - 1));
}
