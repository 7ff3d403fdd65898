namespace SafeLlm.Limits.InMemory;

/// <summary>A hold that can no longer be corrected lets go of its counters.</summary>
internal readonly struct Forgetting : IShareVisitor
{
    public void At(in Share share) => share.Counter.References--;
}
