namespace SafeLlm.Pricing;

/// <summary>
/// Remembers how much output calls like a call gave, for each scope and model: a mean that forgets. Its memory is bounded; where
/// it is full, what was not used for longest makes room. Thread-safe.
/// </summary>
/// <param name="time">The clock by which it forgets.</param>
/// <param name="capacity">How many pairs of scope and model are remembered, 4,096 unless given.</param>
public sealed class OutputHistory(TimeProvider time, int capacity = 4_096)
{
    // a pair lives in one of a few places that its hash names, so that making room looks at no more than these
    private const int Ways = 4;

    // calls of a week ago count half; no more than this many count at all, so that a new habit is learned soon
    private const double HalfLifeDays = 7;
    private const double MostWeight = 32;
    private const double LeastHalves = 1e-5;

    // fewer calls tell nothing
    private const double LeastWeight = 3;

    private readonly Place[] places = new Place[Math.Max(1, (capacity + Ways - 1) / Ways) * Ways];
    private readonly Lock[] locks = [.. Enumerable.Range(0, 16).Select(_ => new Lock())];

    /// <summary>Notes what a call used.</summary>
    /// <param name="scope">Who was charged.</param>
    /// <param name="model">The model.</param>
    /// <param name="outputTokens">Its output tokens; numbers below 0 are not noted.</param>
    public void Add(string scope, string model, long outputTokens)
    {
        if (outputTokens < 0)
        {
            return;
        }

        var key = Key(scope, model);
        var set = Set(key);
        var now = time.GetUtcNow().UtcTicks;
        lock (LockOf(set))
        {
            ref var place = ref Find(key, set, out var isNew);
            if (isNew)
            {
                place = new Place { Key = key };
            }

            var weight = Decayed(place, now) + 1;
            place.Mean += (outputTokens - place.Mean) / weight;
            place.Weight = Math.Min(weight, MostWeight);
            place.Seen = now;
        }
    }

    /// <summary>What a call will likely give, in tokens; null where too little is known of its like.</summary>
    /// <param name="scope">Who is charged.</param>
    /// <param name="model">The model.</param>
    public long? Expect(string scope, string model)
    {
        var key = Key(scope, model);
        var set = Set(key);
        lock (LockOf(set))
        {
            ref var place = ref Find(key, set, out var isNew);
            return isNew || Decayed(place, time.GetUtcNow().UtcTicks) < LeastWeight ? null : (long)Math.Ceiling(place.Mean);
        }
    }

    // 64 bits of two keyed hashes: names come from callers, who must not be able to aim at one another
    private static ulong Key(string scope, string model)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(model);
        var key = ((ulong)(uint)scope.GetHashCode(StringComparison.Ordinal) << 32) | (uint)model.GetHashCode(StringComparison.Ordinal);
        return key == 0 ? 1 : key;
    }

    private static double Decayed(in Place place, long now)
    {
        // of seconds nothing is forgotten that anybody would notice
        var halves = Math.Max(0, now - place.Seen) / (HalfLifeDays * TimeSpan.TicksPerDay);
        return halves < LeastHalves ? place.Weight : place.Weight * Math.Pow(2, -halves);
    }

    private int Set(ulong key) => (int)(((key >> 32) ^ (key * 0x9E3779B1)) % (ulong)(places.Length / Ways)) * Ways;

    private Lock LockOf(int set) => locks[set / Ways % locks.Length];

    /// <summary>The pair's place, or the one that it may have: an empty one, or that which was not used for longest.</summary>
    private ref Place Find(ulong key, int set, out bool isNew)
    {
        var oldest = set;
        for (var index = set; index < set + Ways; index++)
        {
            if (places[index].Key == key)
            {
                isNew = false;
                return ref places[index];
            }

            oldest = places[index].Seen < places[oldest].Seen ? index : oldest;
        }

        isNew = true;
        return ref places[oldest];
    }

    private struct Place
    {
        public ulong Key;
        public double Mean;
        public double Weight;
        public long Seen;
    }
}
