using System.Buffers;
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
    private const int Ungrown = 0;
    private const int Absent = -1;

    private readonly VocabularyData data;
    private readonly Lock growth = new();

    // tokens by their first two bytes, in the order of their ranks within a branch
    private readonly int[] branchStarts = new int[(1 << 16) + 1];
    private readonly int[] branchTokens;
    private readonly int[] branches = new int[1 << 16];
    private readonly int[] singles = new int[256];

    // (parent << 8 | byte) << 32 | child; 0 is free, as nodes count from 1
    private readonly ulong[] edges;
    private readonly int shift;
    private readonly int[] longest;
    private readonly int[] ends;
    private readonly int[] shorterPrefix;
    private int nodes;

    /// <summary>Sorts the tokens into branches.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public TokenTrie(VocabularyData data)
    {
        this.data = data;
        var bits = 8;
        while ((1 << bits) < data.TotalBytes - data.Count)
        {
            bits++;
        }

        edges = new ulong[1 << bits];
        shift = 64 - bits;
        longest = new int[data.TotalBytes + 1];
        ends = new int[data.Count];
        shorterPrefix = new int[data.Count];
        branchTokens = new int[data.Count];
        for (var token = 0; token < data.Count; token++)
        {
            var bytes = data[token];
            if (bytes.Length == 1)
            {
                singles[bytes[0]] = token;
                shorterPrefix[token] = -1;
            }
            else
            {
                branchStarts[Branch(bytes) + 1]++;
            }
        }

        for (var branch = 0; branch < 1 << 16; branch++)
        {
            branches[branch] = branchStarts[branch + 1] == 0 ? Absent : Ungrown;
            branchStarts[branch + 1] += branchStarts[branch];
        }

        var next = branchStarts.AsSpan(0, 1 << 16).ToArray();
        for (var token = 0; token < data.Count; token++)
        {
            var bytes = data[token];
            if (bytes.Length > 1)
            {
                branchTokens[next[Branch(bytes)]++] = token;
            }
        }
    }

    /// <summary>The longest other token that a token of a grown branch begins with; -1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ShorterPrefix(int token) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(shorterPrefix), token);

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

        var node = Root((first << 8) | Unsafe.Add(ref first, 1));
        if (node == Absent)
        {
            return singles[first];
        }

        var position = 2;
        for (; position < text.Length; position++)
        {
            var next = (int)(uint)Edge(node, Unsafe.Add(ref first, position));
            if (next == 0)
            {
                break;
            }

            node = next;
        }

        seen = position + 1;
        return Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(longest), node);
    }

    /// <summary>The token with exactly these bytes; -1 where there is none.</summary>
    public int Find(ReadOnlySpan<byte> bytes)
    {
        var token = Longest(bytes);
        return data.LengthOf(token) == bytes.Length ? token : -1;
    }

    /// <summary>The token that has the bytes of one token and those of another behind them; -1 where there is none.</summary>
    public int Merged(int left, int right)
    {
        var bytes = data[right];
        var node = ends[left];
        var position = 0;
        if (node == 0)
        {
            node = Root((data[left][0] << 8) | bytes[0]);
            if (node == Absent)
            {
                return -1;
            }

            position = 1;
        }

        for (; position < bytes.Length; position++)
        {
            node = (int)(uint)Edge(node, bytes[position]);
            if (node == 0)
            {
                return -1;
            }
        }

        var token = longest[node];
        return data.LengthOf(token) == data.LengthOf(left) + bytes.Length ? token : -1;
    }

    private static int Branch(ReadOnlySpan<byte> bytes) => (bytes[0] << 8) | bytes[1];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Root(int branch)
    {
        var node = Volatile.Read(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(branches), branch));
        return node != Ungrown ? node : Grow(branch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref ulong Edge(int node, byte value)
    {
        var key = ((ulong)node << 8) | value;
        ref var table = ref MemoryMarshal.GetArrayDataReference(edges);
        var slot = (key * 0x9E3779B97F4A7C15) >> shift;
        while (true)
        {
            ref var edge = ref Unsafe.Add(ref table, (nint)slot);
            if (edge == 0 || edge >> 32 == key)
            {
                return ref edge;
            }

            slot = (slot + 1) & (ulong)(edges.Length - 1);
        }
    }

    /// <summary>
    /// Adds a branch. Readers of other branches may meet its edges, which are none of theirs; its root is published last.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private int Grow(int branch)
    {
        lock (growth)
        {
            if (branches[branch] != Ungrown)
            {
                return branches[branch];
            }

            var tokens = branchTokens.AsSpan(branchStarts[branch], branchStarts[branch + 1] - branchStarts[branch]);
            var size = 1;
            foreach (var token in tokens)
            {
                size += data.LengthOf(token) - 2;
            }

            var root = nodes + 1;
            var parents = ArrayPool<int>.Shared.Rent(size);
            longest.AsSpan(root, size).Fill(-1);
            longest[root] = singles[branch >> 8];
            nodes++;
            foreach (var token in tokens)
            {
                Add(token, root, parents);
            }

            // parents come before their children, so one pass hands the longest token down
            for (var node = root + 1; node <= nodes; node++)
            {
                if (longest[node] < 0)
                {
                    longest[node] = longest[parents[node - root]];
                }
            }

            foreach (var token in tokens)
            {
                shorterPrefix[token] = ends[token] == root ? singles[branch >> 8] : longest[parents[ends[token] - root]];
            }

            ArrayPool<int>.Shared.Return(parents);
            Volatile.Write(ref branches[branch], root);
            return root;
        }
    }

    private void Add(int token, int root, int[] parents)
    {
        var node = root;
        foreach (var value in data[token][2..])
        {
            ref var edge = ref Edge(node, value);
            if (edge == 0)
            {
                nodes++;
                parents[nodes - root] = node;
                edge = (((ulong)node << 8) | value) << 32 | (uint)nodes;
            }

            node = (int)(uint)edge;
        }

        longest[node] = token;
        ends[token] = node;
    }
}
