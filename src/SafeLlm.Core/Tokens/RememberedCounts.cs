using System.Runtime.InteropServices;
using SafeLlm.Signing;

namespace SafeLlm.Tokens;

/// <summary>
/// A counter that remembers how many tokens texts had: a conversation is sent again with each of its turns, and a system prompt with every
/// call. Of a text only its SHA-256 is kept, and of texts no more than a table holds. Thread-safe.
/// </summary>
/// <remarks>
/// The hash is one for which nobody can make two texts: with a weaker one, whoever writes the prompts could have a long text counted as a
/// short one that he sent before. What is remembered shows in the time that a count takes, so it is for one application's own texts.
/// </remarks>
internal sealed class RememberedCounts(ITokenCounter counter) : ITokenCounter
{
    // Below this, counting costs no more than hashing.
    private const int ShortestText = 512;

    // Some 300 KB when it is full. A text has one place, and the later of two that share it is kept.
    private const int Places = 4_096;

    private readonly Entry?[] places = new Entry?[Places];

    public string Name => counter.Name;

    public int Count(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length < ShortestText) return counter.Count(utf8);

        Span<byte> hash = stackalloc byte[32];
        _ = Sha256.Hash(utf8, hash);
        var (first, second) = (MemoryMarshal.Read<UInt128>(hash), MemoryMarshal.Read<UInt128>(hash[16..]));
        ref var place = ref places[(int)((ulong)first % Places)];
        if (Volatile.Read(ref place) is { } known && known.First == first && known.Second == second) return known.Tokens;

        var tokens = counter.Count(utf8);
        Volatile.Write(ref place, new Entry(first, second, tokens));
        return tokens;
    }

    public bool IsOver(ReadOnlySpan<byte> utf8, int limit) => counter.IsOver(utf8, limit);

    // Replaced as a whole, so that no reader sees half of one.
    private sealed record Entry(UInt128 First, UInt128 Second, int Tokens);
}
