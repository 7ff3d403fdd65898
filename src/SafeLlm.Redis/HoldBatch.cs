using StackExchange.Redis;

namespace SafeLlm.Redis;

/// <summary>Holds that go together: what they share is among the script's keys and arguments once. Not thread-safe.</summary>
internal sealed class HoldBatch
{
    private const int HoldKey = 1;
    private const int NonceKey = 2;
    private const int CountKey = 3;
    private const int KeysWithNonce = 5;

    // Among the script's keys, behind the open holds.
    private const int FirstCount = 2;

    private readonly OrderedDictionary<ReadOnlyMemory<byte>, RedisValue> lists = new(BytesComparer.Instance);
    private readonly OrderedDictionary<RedisKey, RedisKey> counts = [];
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
        about.Add((ListOf(arguments[LedgerScript.LimitsArgument]), hasNonce ? CountOf(keys[CountKey]) : 0, hasNonce ? CountOf(keys[CountKey + 1]) : 0));
        asked.Add(arguments[LedgerScript.AskedArgument]);
        return true;
    }

    /// <summary>The keys and the arguments of the script that takes them all.</summary>
    public (RedisKey[] Keys, RedisValue[] Arguments) ToScript()
    {
        var written = new MessagePackWriter((2 + (about.Count * 3)) * MessagePackWriter.LongestNumber);
        written.Add(lists.Count);
        written.Add(FirstCount + counts.Count);
        foreach (var (list, count, countBefore) in about)
        {
            written.Add(list);
            written.Add(count);
            written.Add(countBefore);
        }

        return ([due, .. counts.Values, .. own], ["hold-many", now, prefix, written.Written, .. lists.Values, .. asked]);
    }

    // Numbers and places count from one, as the script's do.
    private int ListOf(RedisValue limits)
    {
        lists.TryAdd(limits, limits, out var place);
        return place + 1;
    }

    private int CountOf(RedisKey count)
    {
        counts.TryAdd(count, count, out var place);
        return FirstCount + place;
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
