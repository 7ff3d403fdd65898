using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SafeLlm.Tokens;

/// <summary>
/// All tokens by their bytes: a walk along a text gives the longest token that it begins with. Grown branch by branch, each with
/// all tokens that share their first two bytes, when a text first needs it: a process never pays for scripts it does not meet.
/// Thread-safe.
/// </summary>
internal sealed class TokenTrie
{
    private readonly VocabularyData data;
    private readonly Lock growth = new();

    // tokens by their first two bytes, in the order of their ranks within a branch
    private readonly int[] branchStarts = new int[(1 << 16) + 1];
    private readonly int[] branchTokens;
    private readonly TrieBranch?[] branches = new TrieBranch?[1 << 16];
    private readonly int[] singles = new int[256];
    private readonly TokenEntry[] entries;

    /// <summary>Sorts the tokens into branches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TokenTrie(VocabularyData data)
    {
        this.data = data;
        entries = new TokenEntry[data.Count];
        branchTokens = new int[data.Count];
        for (var token = 0; token < data.Count; token++)
        {
            var bytes = data[token];
            ref var entry = ref entries[token];
            entry.Start = data.StartOf(token);
            entry.Length = (byte)bytes.Length;
            entry.First = bytes[0];
            entry.ShorterPrefix = -1;
            if (bytes.Length == 1)
            {
                singles[bytes[0]] = token;
                entry.Branch = bytes[0];
            }
            else
            {
                entry.Branch = (ushort)((bytes[0] << 8) | bytes[1]);
                branchStarts[entry.Branch + 1]++;
            }
        }

        for (var branch = 0; branch < 1 << 16; branch++)
        {
            if (branchStarts[branch + 1] > 0)
            {
                entries[singles[branch >> 8]].Follow |= 1u << branch;
            }

            branchStarts[branch + 1] += branchStarts[branch];
        }

        var next = branchStarts.AsSpan(0, 1 << 16).ToArray();
        for (var token = 0; token < data.Count; token++)
        {
            ref var entry = ref entries[token];
            if (entry.Length > 1)
            {
                branchTokens[next[entry.Branch]++] = token;
            }
        }
    }

    /// <summary>What is known of a token; complete once a walk, or another token's entry, has led to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TokenEntry Entry(int token) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(entries), token);

    /// <summary>The longest token that a text begins with; the text is not empty.</summary>
    public int Longest(ReadOnlySpan<byte> text) => Longest(text, out _);

    /// <summary>The longest token that a text begins with; the text is not empty.</summary>
    /// <param name="text">The text.</param>
    /// <param name="seen">How many bytes decided it: every text that shares them begins with the same token.</param>
    public int Longest(ReadOnlySpan<byte> text, out int seen)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        seen = 2;
        if (text.Length == 1)
        {
            return singles[first];
        }

        var branch = Branch((first << 8) | Unsafe.Add(ref first, 1));
        if (branch == TrieBranch.None)
        {
            return singles[first];
        }

        var node = 0;
        var position = 2;
        for (; position < text.Length; position++)
        {
            var child = branch.Child(node, Unsafe.Add(ref first, position));
            if (child < 0)
            {
                break;
            }

            node = child;
        }

        seen = position + 1;
        return branch.Longest(node);
    }

    /// <summary>The token with exactly these bytes; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        var token = Longest(bytes);
        return Entry(token).Length == bytes.Length ? token : -1;
    }

    /// <summary>The token that has the bytes of one token and those of another behind them; -1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Merged(int left, int right)
    {
        ref var before = ref Entry(left);
        ref var behind = ref Entry(right);
        return (before.Follow & (1u << behind.First)) == 0 ? -1 : Merged(ref before, ref behind);
    }

    private int Merged(ref TokenEntry left, ref TokenEntry right)
    {
        var bytes = data.Slice(right.Start, right.Length);
        var isSingle = left.Length == 1;
        var branch = Branch(isSingle ? (left.First << 8) | right.First : left.Branch);
        var node = isSingle ? 0 : left.Node;
        for (var position = isSingle ? 1 : 0; position < bytes.Length; position++)
        {
            node = branch.Child(node, bytes[position]);
            if (node < 0)
            {
                return -1;
            }
        }

        // below 0 where no token ends there, and the branch without a token has none
        return Math.Max(-1, branch.Exact(node));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TrieBranch Branch(int branch) =>
        Volatile.Read(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(branches), branch)) ?? Grow(branch);

    /// <summary>Grows a branch. It is published last, so whoever meets one of its tokens finds the token's entry complete.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private TrieBranch Grow(int branch)
    {
        lock (growth)
        {
            if (branches[branch] is { } grown)
            {
                return grown;
            }

            var tokens = branchTokens.AsSpan(branchStarts[branch], branchStarts[branch + 1] - branchStarts[branch]);
            var growing = tokens.IsEmpty ? TrieBranch.None : TrieBranch.Grow(data, tokens, singles[branch >> 8], entries);
            Volatile.Write(ref branches[branch], growing);
            return growing;
        }
    }
}
