namespace SafeLlm.Limits.InMemory;

/// <summary>
/// A hash table of nodes that carry their own link and hash. A Dictionary would cost some 50 bytes an entry more and hash
/// every key a second time. The owner's gate guards it.
/// </summary>
internal sealed class ChainedTable<T>
    where T : ChainedNode<T>
{
    private const int Smallest = 4;
    private T?[] chains = new T?[Smallest];

    public int Count { get; private set; }

    /// <summary>The first node that may be the one; the others follow by <see cref="ChainedNode{T}.Next"/>.</summary>
    public T? First(uint hash) => chains[hash & (uint)(chains.Length - 1)];

    /// <summary>Every node, in no order. Whoever goes through them changes none meanwhile.</summary>
    public IEnumerable<T> All
    {
        get
        {
            foreach (var chain in chains)
            {
                for (var node = chain; node is not null; node = node.Next) yield return node;
            }
        }
    }

    public void Add(T node)
    {
        if (Count >= chains.Length)
        {
            Resize(chains.Length * 2);
        }

        Link(node);
        Count++;
    }

    public void Remove(T node)
    {
        ref var link = ref chains[node.Hash & (uint)(chains.Length - 1)];
        if (link == node)
        {
            link = node.Next;
        }
        else
        {
            var before = link!;
            while (before.Next != node)
            {
                before = before.Next!;
            }

            before.Next = node.Next;
        }

        node.Next = null;
        Count--;
    }

    /// <summary>Takes out every node for which <paramref name="isDead"/> says so, and gives the room back.</summary>
    public void RemoveAll(Func<T, bool> isDead)
    {
        for (var i = 0; i < chains.Length; i++)
        {
            for (var node = chains[i]; node is not null;)
            {
                var next = node.Next;
                if (isDead(node))
                {
                    Remove(node);
                }

                node = next;
            }
        }

        if (chains.Length > Smallest && Count <= chains.Length / 4)
        {
            Resize(Math.Max(Smallest, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, Count))));
        }
    }

    private void Resize(int size)
    {
        var old = chains;
        chains = new T?[size];
        foreach (var chain in old)
        {
            for (var node = chain; node is not null;)
            {
                var next = node.Next;
                Link(node);
                node = next;
            }
        }
    }

    private void Link(T node)
    {
        ref var chain = ref chains[node.Hash & (uint)(chains.Length - 1)];
        node.Next = chain;
        chain = node;
    }
}
