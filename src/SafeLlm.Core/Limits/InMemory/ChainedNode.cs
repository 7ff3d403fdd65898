namespace SafeLlm.Limits.InMemory;

/// <summary>Something that a <see cref="ChainedTable{T}"/> keeps. The link is part of it, so that an entry costs one reference.</summary>
internal abstract class ChainedNode<T>(uint hash)
    where T : ChainedNode<T>
{
    /// <summary>Stays as it is while a table keeps the node.</summary>
    public uint Hash { get; protected set; } = hash;

    public T? Next { get; set; }
}
