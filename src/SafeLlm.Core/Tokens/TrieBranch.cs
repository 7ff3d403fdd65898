using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SafeLlm.Tokens;

/// <summary>
/// All tokens that share their first two bytes, as a tree of their further bytes. Its nodes lie in breadth-first order, so a
/// node's children lie side by side and end where the next node's begin, and a walk stays within a few cache lines.
/// </summary>
internal sealed class TrieBranch
{
    private const int FewChildren = 8;

    private readonly Node[] nodes;
    private readonly byte[] labels;

    private TrieBranch(Node[] nodes, byte[] labels) => (this.nodes, this.labels) = (nodes, labels);

    /// <summary>The branch without a token.</summary>
    public static TrieBranch None { get; } = new([new Node { Token = ~0, Children = 1 }, new Node { Children = 1 }], [0]);

    /// <summary>Grows a branch, and notes in the entries of its tokens what it is the first to know.</summary>
    /// <param name="data">The vocabulary.</param>
    /// <param name="tokens">The branch's tokens.</param>
    /// <param name="single">The token of the first byte alone.</param>
    /// <param name="entries">The entries of all tokens.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static TrieBranch Grow(VocabularyData data, ReadOnlySpan<int> tokens, int single, TokenEntry[] entries)
    {
        var size = 1;
        foreach (var token in tokens)
        {
            size += data.LengthOf(token) - 2;
        }

        var seeds = ArrayPool<Seed>.Shared.Rent(size);
        seeds[0] = new Seed { Token = -1 };
        var count = 1;
        foreach (var token in tokens)
        {
            var seed = 0;
            foreach (var label in data[token][2..])
            {
                seed = Child(seeds, seed, label, ref count);
            }

            seeds[seed].Token = token;
        }

        var branch = Lay(seeds, count, single, entries);
        ArrayPool<Seed>.Shared.Return(seeds);
        return branch;
    }

    /// <summary>The child of a node, 0 being the root; -1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Child(int node, byte label)
    {
        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(nodes), node);
        var child = at.Children;
        var end = Unsafe.Add(ref at, 1).Children;
        if (end - child > FewChildren)
        {
            return AmongMany(child, end, label);
        }

        for (; child < end; child++)
        {
            if (Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(labels), child) == label)
            {
                return child;
            }
        }

        return -1;
    }

    /// <summary>The longest token that ends at a node or above it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Longest(int node)
    {
        var token = Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(nodes), node).Token;
        return token ^ (token >> 31);
    }

    /// <summary>The token that ends at a node; below 0 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Exact(int node) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(nodes), node).Token;

    private static int Child(Seed[] seeds, int parent, byte label, ref int count)
    {
        ref var link = ref seeds[parent].FirstChild;
        while (link != 0)
        {
            if (seeds[link].Label == label)
            {
                return link;
            }

            link = ref seeds[link].NextSibling;
        }

        link = count;
        seeds[count] = new Seed { Label = label, Token = -1 };
        return count++;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static TrieBranch Lay(Seed[] seeds, int count, int single, TokenEntry[] entries)
    {
        var nodes = new Node[count + 1];
        var labels = new byte[count];
        var order = ArrayPool<int>.Shared.Rent(count);
        var parents = ArrayPool<int>.Shared.Rent(count);
        order[0] = 0;
        var next = 1;
        for (var node = 0; node < count; node++)
        {
            var seed = seeds[order[node]];
            var above = node == 0 ? single : Longest(nodes[parents[node]].Token);
            nodes[node] = new Node { Children = next, Token = seed.Token >= 0 ? seed.Token : ~above };
            uint follow = 0;
            for (var child = seed.FirstChild; child != 0; child = seeds[child].NextSibling)
            {
                follow |= 1u << seeds[child].Label;
                labels[next] = seeds[child].Label;
                order[next] = child;
                parents[next] = node;
                next++;
            }

            if (seed.Token >= 0)
            {
                ref var entry = ref entries[seed.Token];
                entry.Node = node;
                entry.Follow = follow;
                entry.ShorterPrefix = above;
            }
        }

        nodes[count].Children = count;
        ArrayPool<int>.Shared.Return(order);
        ArrayPool<int>.Shared.Return(parents);
        return new TrieBranch(nodes, labels);

        static int Longest(int token) => token ^ (token >> 31);
    }

    private int AmongMany(int from, int end, byte label)
    {
        var index = labels.AsSpan(from, end - from).IndexOf(label);
        return index < 0 ? -1 : from + index;
    }

    private struct Node
    {
        // the first child; the last one is before the next node's first
        public int Children;

        // the token that ends here, or the complement of the longest one above
        public int Token;
    }

    // a node while the branch grows, in the order of arrival
    private struct Seed
    {
        public int FirstChild;
        public int NextSibling;
        public int Token;
        public byte Label;
    }
}
