namespace SafeLlm.Limits.InMemory;

/// <summary>What a rolling counter holds of buckets that the clock has not reached again since it stepped back. Few counters have any, and not for long.</summary>
internal sealed class BucketsAhead
{
    private readonly SortedList<long, long> amounts = [];

    public bool IsEmpty => amounts.Count == 0;

    public long Get(long bucket) => amounts.GetValueOrDefault(bucket);

    public void Set(long bucket, long amount) => amounts[bucket] = amount;

    /// <summary>The amounts of all buckets up to one of them.</summary>
    public long Sum(long last)
    {
        var sum = 0L;
        foreach (var (bucket, amount) in amounts)
        {
            // A ring's worth of saturated amounts fits into a number; several rings' worth does not.
            sum = bucket <= last && sum < long.MaxValue / 2 ? sum + amount : sum;
        }

        return sum;
    }

    /// <summary>The bucket with whose leaving an amount is free, everything before it gone; the last where there is not that much.</summary>
    public long ReachedAt(long amount)
    {
        foreach (var (bucket, held) in amounts)
        {
            if ((amount -= held) <= 0)
            {
                return bucket;
            }
        }

        return amounts.Keys[^1];
    }

    /// <summary>Takes out the earliest bucket, if the clock has reached it.</summary>
    public bool TakeUpTo(long newest, out long bucket, out long amount)
    {
        (bucket, amount) = (0, 0);
        if (amounts.Count == 0 || amounts.Keys[0] > newest)
        {
            return false;
        }

        (bucket, amount) = (amounts.Keys[0], amounts.Values[0]);
        amounts.RemoveAt(0);
        return true;
    }
}
