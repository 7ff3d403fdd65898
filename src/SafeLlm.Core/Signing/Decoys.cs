namespace SafeLlm.Signing;

/// <summary>
/// Keys of nobody's, one for each algorithm that keys may have, that do the work of a key that is not known. Which of them stands for a name
/// depends on that name and on chance at start: a stranger who asks for one unknown name many times sees one algorithm, as with a
/// known one. Thread-safe.
/// </summary>
internal sealed class Decoys
{
    private readonly KeyMaterial?[] _all = new KeyMaterial?[Enum.GetValues<SignatureAlgorithm>().Length];

    public Decoys(params IEnumerable<KeyAlgorithm> algorithms)
    {
        _all[(int)SignatureAlgorithm.HmacSha256] = HmacSha256Material.Generate();
        foreach (var algorithm in algorithms) _all[(int)algorithm.Algorithm] ??= algorithm.Generate();
    }

    /// <summary>Makes a decoy for an algorithm that a key is used with and nobody told of.</summary>
    public void Meet(KeyMaterial key)
    {
        ref var place = ref _all[(int)key.Algorithm];
        if (Volatile.Read(ref place) is null) _ = Interlocked.CompareExchange(ref place, key.CreateDecoy(), null);
    }

    /// <summary>The key to verify with in the place of one that cannot be used.</summary>
    /// <param name="keyId">The name that was asked for.</param>
    /// <param name="algorithm">The algorithm that the signature names; empty where it names none.</param>
    /// <param name="length">The signature's length: a known key would do work only for its own.</param>
    public KeyMaterial For(string keyId, ReadOnlySpan<char> algorithm, int length)
    {
        if (SignatureAlgorithms.TryParse(algorithm, out var named) && Volatile.Read(ref _all[(int)named]) is { } same && same.SignatureLength == length) return same;
        // the hash of strings is seeded at start
        var start = (uint)keyId.GetHashCode(StringComparison.Ordinal);
        for (var i = 0; i < _all.Length; i++)
        {
            if (Volatile.Read(ref _all[(start + i) % _all.Length]) is { } one && one.SignatureLength == length) return one;
        }

        return _all[(int)SignatureAlgorithm.HmacSha256]!;
    }
}
