namespace SafeLlm.Limits.InMemory;

/// <summary>Something that a <see cref="ChainedTable{T}"/> keeps. The link is part of it, so that an entry costs one reference.</summary>
internal abstract class ChainedNode<T>(uint hash)
    where T : ChainedNode<T>
{
    public uint Hash { get; } = hash;

    public T? Next { get; set; }
}
