using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>Holds that go together: what they share is among the script's keys and arguments once. Not thread-safe.</summary>
internal sealed class HoldBatch
{
    private const int HoldKey = 1;
    private const int NonceKey = 2;
    private const int CountKey = 3;
    private const int KeysWithNonce = 5;

    private readonly List<RedisValue> lists = [];
    private readonly Dictionary<ReadOnlyMemory<byte>, int> listNumbers = new(BytesComparer.Instance);
    private readonly List<RedisKey> counts = [];
    private readonly Dictionary<RedisKey, int> countPlaces = [];
    private readonly HashSet<RedisKey> taken = [];
    private readonly List<RedisKey> own = [];
    private readonly List<RedisValue> asked = [];
    private readonly List<(int List, int Count, int CountBefore)> about = [];
    private RedisKey due;
    private RedisValue now, prefix;

    /// <summary>Adds a hold. Not one with the id or the nonce of another, which has to see what became of that.</summary>
    /// <param name="keys">Its keys, as it has them alone.</param>
    /// <param name="arguments">Its arguments, as it has them alone.</param>
    public bool TryAdd(RedisKey[] keys, RedisValue[] arguments)
    {
        var hasNonce = keys.Length == KeysWithNonce;
        if (taken.Contains(keys[HoldKey]) || (hasNonce && taken.Contains(keys[NonceKey]))) return false;
        foreach (var key in keys.AsSpan(HoldKey, hasNonce ? 2 : 1))
        {
            taken.Add(key);
            own.Add(key);
        }

        (due, now, prefix) = (keys[0], arguments[1], arguments[2]);
        about.Add((ListOf(arguments[HoldsTogether.LimitsArgument]), hasNonce ? CountOf(keys[CountKey]) : 0, hasNonce ? CountOf(keys[CountKey + 1]) : 0));
        asked.Add(arguments[HoldsTogether.OwnArgument]);
        return true;
    }

    /// <summary>The keys and the arguments of the script that takes them all.</summary>
    public (RedisKey[] Keys, RedisValue[] Arguments) ToScript()
    {
        var written = new MessagePackWriter((2 + (about.Count * 3)) * MessagePackWriter.LongestNumber);
        written.Add(lists.Count);
        written.Add(1 + counts.Count + 1);
        foreach (var (list, count, countBefore) in about)
        {
            written.Add(list);
            written.Add(count);
            written.Add(countBefore);
        }

        return ([due, .. counts, .. own], ["hold-many", now, prefix, written.Written, .. lists, .. asked]);
    }

    // Numbers and places count from one, as the script's do.
    private int ListOf(RedisValue limits)
    {
        if (listNumbers.TryGetValue(limits, out var number)) return number;
        lists.Add(limits);
        return listNumbers[limits] = lists.Count;
    }

    private int CountOf(RedisKey count)
    {
        if (countPlaces.TryGetValue(count, out var place)) return place;
        counts.Add(count);
        return countPlaces[count] = 1 + counts.Count;
    }

    private sealed class BytesComparer : IEqualityComparer<ReadOnlyMemory<byte>>
    {
        public static BytesComparer Instance { get; } = new();

        public bool Equals(ReadOnlyMemory<byte> one, ReadOnlyMemory<byte> other) => one.Span.SequenceEqual(other.Span);

        public int GetHashCode(ReadOnlyMemory<byte> bytes)
        {
            var hash = new HashCode();
            hash.AddBytes(bytes.Span);
            return hash.ToHashCode();
        }
    }
}
